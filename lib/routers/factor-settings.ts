import type { Request, Response, Router } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { FactorError, isFactorError } from "../errors.ts";
import { isDefined, textsOf, type DefinedFactor } from "../factors/define-factor.ts";
import { isDelivered } from "../factors/factor.ts";
import type { EnrolmentBegun } from "../flows/settings/enrolment.ts";
import type { Security } from "../flows/settings/security.ts";
import { checkFactors } from "../http/check-factors.ts";
import { answerJson } from "../http/answer-json.ts";
import { mountedRouter, type Action } from "../http/mounted-router.ts";
import { readAnswer, readField } from "../http/fields.ts";
import { noStore } from "../http/headers.ts";
import { wantsJson } from "../http/negotiate.ts";
import { factorError } from "./ceremony.ts";
import { pageOf, render } from "../http/render.ts";
import { rememberReturnTo } from "../http/return-to.ts";
import type { FactorSettingsPage } from "../views/pages.ts";
import type { ApprovedBy } from "../flows/approvals.ts";
import { APPROVAL_PATHS, approvalRoutes } from "./approvals.ts";
import { againStatus, showsAgain } from "./verified.ts";

const TYPE_AGAIN = [
  "invalid_code",
  "too_many_requests",
  "verifier_unavailable",
  "answer_refused",
  "contact_refused",
];

/**
 * Where people look at what is on file to confirm that it is them, put something on file and take it off. `GET /` is the page, and as JSON `{ factors,
 * can_add, warnings }`. For each factor that was made by `defineFactor` with `enrol`, under its name: `POST /totp` begins (201), `GET /totp` shows what
 * is pending, `POST /totp/confirm` takes the first code, `POST /totp/remove` the `id` of what shall go. Each change needs a factor that was passed in the
 * last ten minutes, where any is on file. Mount it at `/security`.
 */
export function factorSettings(factors: Factors): Router {
  checkFactors("factorSettings", factors);
  async function show(req: Request, res: Response): Promise<void> {
    const security = await orProveFirst(req, factors.security(req));
    noStore(res);
    if (wantsJson(req)) return answerJson(res, 200, security);
    const here = req.baseUrl;
    const { invitations: _received, invited: _sent, ...rest } = security;
    const page = pageOf(req, factors);
    const enrolled = enrollable(factors);
    const nameOf = ({ definition }: DefinedFactor) => {
      const { name, label } = textsOf(definition, page.locale);
      return name ?? label;
    };
    const kindOf = (each: Security["factors"][number]) => {
      const factor = enrolled.find(({ name }) => name === each.factor);
      return factor === undefined || nameOf(factor) === each.label ? {} : { kind: nameOf(factor) };
    };
    render(res, factors, "factorSettings", 200, {
      ...page,
      ...rest,
      factors: security.factors.map((each) => ({
        ...each,
        ...kindOf(each),
        ...(each.id === null
          ? {
              manageUrl: phones.includes(each.factor)
                ? factors.paths.registration
                : factors.paths.backupCodes,
            }
          : {
              removeAction: `${here}/${each.factor}/remove`,
              ...(renames.includes(each.factor) ? { renameAction: `${here}/${each.factor}/rename` } : {}),
            }),
      })),
      additions: enrolled.flatMap((factor) => {
        const { name, definition } = factor;
        const isNew = security.can_add.some((each) => each.factor === name);
        // Of several, none takes the place of another.
        if (!isNew && definition.enrol?.rename !== undefined) return [];
        return [{ factor: name, label: nameOf(factor), action: `${here}/${name}`, isNew }];
      }),
      ...asLinks(security, here),
      waiting: await waitingAt(req, factors, here),
      ...(security.warnings.includes("no_backup_codes") ? { backupCodesUrl: factors.paths.backupCodes } : {}),
      ...(lacksPhone(security) ? { registrationUrl: factors.paths.registration } : {}),
      backUrl: factors.paths.success,
    });
  }

  const phones = factors.list.filter(isDelivered).map(({ name }) => name);
  const renames = enrollable(factors)
    .filter(({ definition }) => definition.enrol?.rename !== undefined)
    .map(({ name }) => name);
  const lacksPhone = (security: Security) =>
    phones.length > 0 && !security.factors.some(({ factor }) => phones.includes(factor));

  /** Who must prove first comes back to this page afterwards. */
  async function orProveFirst<Answer>(req: Request, answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (error) {
      if (!wantsJson(req) && isFactorError(error) && error.code === "factor_required")
        await rememberReturnTo(req, factors, req.baseUrl || "/");
      throw error;
    }
  }

  function actionsOf(factor: DefinedFactor): {
    get: Record<string, Action>;
    post: Record<string, Action>;
  } {
    const { name, field, definition } = factor;
    const { prompt = "typed", enrol } = definition;
    const isCeremony = prompt === "ceremony";
    const scope = `${name.replaceAll("-", "_")}_enrolment`;

    async function begin(req: Request, res: Response): Promise<void> {
      const begun = await orProveFirst(req, factors.enrol.begin(req, name));
      noStore(res);
      if (wantsJson(req)) answerJson(res, 201, told(begun));
      else res.redirect(303, `${req.baseUrl}/${name}`);
    }

    async function pending(req: Request, res: Response): Promise<void> {
      let begun: EnrolmentBegun;
      try {
        begun = await orProveFirst(req, factors.enrol.pending(req, name));
      } catch (error) {
        // A page that is opened again once it is over begins at the beginning.
        if (wantsJson(req) || !isFactorError(error) || error.code !== "code_expired") throw error;
        return res.redirect(303, req.baseUrl || "/");
      }
      noStore(res);
      if (wantsJson(req)) answerJson(res, 200, told(begun));
      else showPending(req, res, 200, begun);
    }

    async function confirm(req: Request, res: Response): Promise<void> {
      const answer = readAnswer(req.body, scope, factor);
      // The id of a credential is its own, and names nothing that was begun.
      const id = isCeremony ? undefined : readField(req.body, scope, ["id"]);
      const label = readField(req.body, scope, ["label"]);
      let onFile: { id?: string };
      try {
        // A field that is left empty calls it nothing.
        const called = label === "" ? undefined : label;
        onFile = await orProveFirst(req, factors.enrol.confirm(req, name, answer, id, called));
      } catch (error) {
        if (!showsAgain(req, res, error, TYPE_AGAIN)) throw error;
        // What was made for one answer is over with it.
        const { begin: anew, pending: still } = factors.enrol;
        const status = againStatus(res, error);
        return showPending(req, res, status, await (isCeremony ? anew : still)(req, name), error);
      }
      done(req, res, { factor: name, ...onFile });
    }

    async function rename(req: Request, res: Response): Promise<void> {
      const label = readField(req.body, "security", ["label"]);
      await orProveFirst(req, factors.rename(req, name, idIn(req), label));
      done(req, res);
    }

    async function remove(req: Request, res: Response): Promise<void> {
      await orProveFirst(req, factors.remove(req, name, idIn(req)));
      done(req, res);
    }

    const answerWith = (accepts: boolean) => async (req: Request, res: Response) => {
      await orProveFirst(req, factors.answerInvitation(req, name, { id: idIn(req), accepts }));
      done(req, res);
    };

    function showPending(
      req: Request,
      res: Response,
      status: number,
      { shown }: EnrolmentBegun,
      error?: FactorError,
    ): void {
      const page = pageOf(req, factors);
      render(res, factors, "factorEnrolment", status, {
        ...page,
        factor: name,
        texts: textsOf(definition, page.locale),
        shown,
        prompt,
        named: enrol?.rename !== undefined,
        field,
        length: definition.length ?? 64,
        digits: definition.digits ?? false,
        autocomplete: definition.autocomplete ?? "one-time-code",
        action: `${req.baseUrl}/${name}/confirm`,
        backUrl: req.baseUrl || "/",
        ...(error === undefined ? {} : { error: factorError(error, prompt, page.t) }),
      });
    }

    return {
      get: { [`/${name}`]: pending },
      post: {
        [`/${name}`]: begin,
        [`/${name}/confirm`]: confirm,
        [`/${name}/remove`]: remove,
        ...(enrol?.rename === undefined ? {} : { [`/${name}/rename`]: rename }),
        ...(definition.invitations === undefined
          ? {}
          : { [`/${name}/accept`]: answerWith(true), [`/${name}/decline`]: answerWith(false) }),
      },
    };
  }

  const each = [...enrollable(factors).map(actionsOf), approvalRoutes(factors)];
  return mountedRouter(factors, {
    get: Object.assign({ "/": show, "/new": show }, ...each.map(({ get }) => get)) as Record<string, Action>,
    post: Object.assign({}, ...each.map(({ post }) => post)) as Record<string, Action>,
  });
}

const enrollable = ({ list }: Factors): DefinedFactor[] =>
  list.filter(isDefined).filter(({ definition }) => definition.enrol !== undefined);

/** Where something waits to be decided for a recovery; on a device that is not remembered nothing does. */
async function waitingAt(
  req: Request,
  factors: Factors,
  here: string,
): Promise<{ by: ApprovedBy; url: string }[]> {
  const all = await Promise.all(
    (["device", "person"] as const).map(async (by) => {
      try {
        const waiting = await factors.approvals.waiting(req, by);
        return waiting.length === 0 ? [] : [{ by, url: `${here}${APPROVAL_PATHS[by]}` }];
      } catch (error) {
        if (isFactorError(error) && error.code === "not_enrolled") return [];
        throw error;
      }
    }),
  );
  return all.flat();
}

/** Invitations, with where they are answered and taken back. */
function asLinks(
  { invitations, invited }: Security,
  here: string,
): Pick<FactorSettingsPage, "invitations" | "invited"> {
  if (invitations === undefined || invited === undefined) return {};
  const at = (factor: string, verb: string) => `${here}/${factor}/${verb}`;
  return {
    invitations: invitations.map((each) => ({
      ...each,
      acceptAction: at(each.factor, "accept"),
      declineAction: at(each.factor, "decline"),
    })),
    invited: invited.map((each) => ({ ...each, removeAction: at(each.factor, "remove") })),
  };
}

const told = ({ expires_in_seconds, shown }: EnrolmentBegun) => ({ ...shown, expires_in_seconds });

/** Throws `invalid_request` where there is none. */
function idIn(req: Request): string {
  const id = readField(req.body, "security", ["id"]);
  if (typeof id !== "string" || id === "") throw new FactorError("invalid_request", { field: "id" });
  return id;
}

function done(req: Request, res: Response, more: object = {}): void {
  noStore(res);
  if (wantsJson(req)) answerJson(res, 200, { success: true, ...more });
  else res.redirect(303, req.baseUrl || "/");
}
