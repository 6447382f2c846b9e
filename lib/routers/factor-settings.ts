import type { Request, Response, Router } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { FactorError, isFactorError } from "../errors.ts";
import { isIssued, type IssuedFactor, judgesItself, nameIn, textsOf } from "../factors/define-factor.ts";
import type { AddressEnrol } from "../factors/destination.ts";
import type { JudgedFactor } from "../factors/factor.ts";
import { isPhone } from "../factors/phone-destination.ts";
import type { EnrolmentBegun } from "../flows/settings/enrolled.ts";
import type { Security } from "../flows/settings/security.ts";
import { addressFactors, addressSettings, type TypedAddress } from "./address-settings.ts";
import { checkFactors } from "../http/check-factors.ts";
import { answerJson } from "../http/answer-json.ts";
import { mountedRouter, type Action } from "../http/mounted-router.ts";
import { readAnswer, readField } from "../http/fields.ts";
import { noStore } from "../http/headers.ts";
import { wantsJson } from "../http/negotiate.ts";
import { pageError } from "../http/refuse.ts";
import { factorError } from "./ceremony.ts";
import { pageOf, render } from "../http/render.ts";
import { rememberReturnTo } from "../http/return-to.ts";
import { approvalRoutes, waitingAt } from "./approvals.ts";
import { invitationLinks } from "./invitation-links.ts";
import { idIn } from "./settings-request.ts";
import { againStatus, showsAgain } from "./verified.ts";

const TYPE_AGAIN = [
  "invalid_code",
  "too_many_requests",
  "verifier_unavailable",
  "answer_refused",
  "contact_refused",
];
type Actions = Record<"get" | "post", Record<string, Action>>;

/**
 * Where people look at what is on file to confirm that it is them, put something on file and take it off. `GET /` is the page, and as JSON `{ factors,
 * can_add, warnings }`. For each factor that was made by `defineFactor` with `enrol`, under its name: `POST /totp` begins (201), `GET /totp` shows what
 * is pending, `POST /totp/confirm` takes the first code, `POST /totp/remove` the `id` of what shall go; where there may be several, `POST /passkey/rename`
 * takes `id` and `label`. For one with `issue`: `POST /backup-code` hands out
 * a set (201), `POST /backup-code/remove` takes it off. Each change needs a factor that was passed in the last ten minutes, where any is on file. Mount it
 * at `/security`.
 */
export function factorSettings(factors: Factors): Router {
  checkFactors("factorSettings", factors);
  async function show(req: Request, res: Response): Promise<void> {
    const security = await orProveFirst(req, factors.security(req));
    noStore(res);
    if (wantsJson(req)) answerJson(res, 200, security);
    else await showPage(req, res, 200, security);
  }

  async function showPage(
    req: Request,
    res: Response,
    status: number,
    security: Security,
    wrong?: Wrong,
  ): Promise<void> {
    const here = req.baseUrl;
    const { invitations: _received, invited: _sent, ...rest } = security;
    const page = pageOf(req, factors);
    // Backup codes have a page of their own; what is handed out beside them has a button here.
    const addable = [...enrollable(factors), ...issued.slice(1)];
    const canAdd = (name: string) => security.can_add.some((each) => each.factor === name);
    render(res, factors, "factorSettings", status, {
      ...page,
      ...rest,
      factors: security.factors.map((each) => ({
        ...each,
        ...kindOf(each, page.locale),
        ...(each.id === null ? {} : { removeAction: `${here}/${each.factor}/remove` }),
        ...(renames.includes(each.factor) ? { renameAction: `${here}/${each.factor}/rename` } : {}),
        ...manageUrlOf(each.factor),
      })),
      addresses: addresses
        .filter(({ name }) => canAdd(name))
        .map(({ name, texts, code }) => ({
          ...(code.destination.enrol?.input as AddressInput),
          factor: name,
          label: nameIn({ texts }, page.locale),
          action: `${here}/${name}`,
          value: wrong?.typed.factor === name ? wrong.typed.value : "",
        })),
      ...(wrong === undefined ? {} : { error: pageError(wrong.error, page.t) }),
      additions: addable.flatMap((factor) => {
        const { name } = factor;
        const isNew = canAdd(name);
        // Of several, none takes the place of another.
        if (!isNew && renames.includes(name)) return [];
        return [{ factor: name, label: nameIn(factor, page.locale), action: `${here}/${name}`, isNew }];
      }),
      ...invitationLinks(security, here),
      waiting: await waitingAt(req, factors, here),
      ...(security.warnings.includes("no_backup_codes") ? { backupCodesUrl: factors.paths.backupCodes } : {}),
      ...(lacksPhone(security) ? { registrationUrl: factors.paths.registration } : {}),
      backUrl: factors.paths.success,
    });
  }

  function manageUrlOf(name: string): { manageUrl?: string } {
    if (phones.includes(name)) return { manageUrl: factors.paths.registration };
    return issued[0]?.name === name ? { manageUrl: factors.paths.backupCodes } : {};
  }

  const renames = enrollable(factors)
    .filter(({ definition }) => definition.enrol?.rename !== undefined)
    .map(({ name }) => name);

  /** What it is, where its owner calls it otherwise. */
  function kindOf({ factor: name, label }: Security["factors"][number], locale: string): { kind?: string } {
    const factor = enrollable(factors).find((each) => each.name === name && renames.includes(name));
    const kind = factor === undefined ? label : nameIn(factor, locale);
    return kind === label ? {} : { kind };
  }

  const addresses = addressFactors(factors);
  const issued = factors.list.filter(isIssued);
  const phones = factors.list.filter(isPhone).map(({ name }) => name);
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

  const removing = (name: string): Action =>
    async function remove(req: Request, res: Response): Promise<void> {
      await orProveFirst(req, factors.remove(req, name, idIn(req)));
      done(req, res);
    };

  async function showAgain(
    req: Request,
    res: Response,
    error: FactorError,
    typed: TypedAddress,
  ): Promise<void> {
    const security = await factors.security(req);
    await showPage(req, res, againStatus(res, error), security, { error, typed });
  }

  function issuingActionsOf({ name }: IssuedFactor): Actions {
    async function issue(req: Request, res: Response): Promise<void> {
      const set = await orProveFirst(req, factors.backupCodes.generate(req, name));
      noStore(res);
      if (wantsJson(req)) return answerJson(res, 201, set);
      render(res, factors, "backupCodes", 200, {
        ...pageOf(req, factors),
        action: `${req.baseUrl}/${name}`,
        continueAction: `${req.baseUrl}/${name}/done`,
        ...set,
      });
    }

    const back: Action = (req, res) => done(req, res);
    return {
      get: {},
      post: { [`/${name}`]: issue, [`/${name}/done`]: back, [`/${name}/remove`]: removing(name) },
    };
  }

  function actionsOf(factor: JudgedFactor): Actions {
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
      // A field that is left empty calls it nothing.
      const called = label === "" ? undefined : label;
      try {
        done(req, res, await orProveFirst(req, factors.enrol.confirm(req, name, answer, id, called)));
      } catch (error) {
        if (!showsAgain(req, res, error, TYPE_AGAIN)) throw error;
        // What was made for one answer is over with it.
        const { begin: anew, pending: still } = factors.enrol;
        showPending(req, res, againStatus(res, error), await (isCeremony ? anew : still)(req, name), error);
      }
    }

    async function rename(req: Request, res: Response): Promise<void> {
      const label = readField(req.body, "security", ["label"]);
      await orProveFirst(req, factors.rename(req, name, idIn(req), label));
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
        [`/${name}/remove`]: removing(name),
        ...(enrol?.rename === undefined ? {} : { [`/${name}/rename`]: rename }),
        ...(definition.invitations === undefined
          ? {}
          : { [`/${name}/accept`]: answerWith(true), [`/${name}/decline`]: answerWith(false) }),
      },
    };
  }

  const each = [
    ...enrollable(factors).map(actionsOf),
    ...issued.map(issuingActionsOf),
    approvalRoutes(factors),
    ...addresses.map((factor) =>
      addressSettings(factors, factor, { showAgain, orProveFirst, done, remove: removing(factor.name) }),
    ),
  ];
  const routes = {
    get: Object.assign({ "/": show, "/new": show }, ...each.map(({ get }) => get)) as Record<string, Action>,
    post: Object.assign({}, ...each.map(({ post }) => post)) as Record<string, Action>,
  };
  return mountedRouter(factors, routes, { router: "factorSettings" });
}

interface Wrong {
  error: FactorError;
  typed: TypedAddress;
}

type AddressInput = NonNullable<AddressEnrol["input"]>;

const enrollable = ({ list }: Factors): JudgedFactor[] =>
  list.filter(judgesItself).filter(({ definition }) => definition.enrol !== undefined);

const told = ({ expires_in_seconds, shown }: EnrolmentBegun) => ({ ...shown, expires_in_seconds });

function done(req: Request, res: Response, what: object = {}): void {
  noStore(res);
  if (wantsJson(req)) answerJson(res, 200, { success: true, ...what });
  else res.redirect(303, req.baseUrl || "/");
}
