import type { Request, Response, Router } from "express";
import { isFactorError, type FactorError } from "../errors.ts";
import { readCookie, writeCookie } from "../flows/devices/cookies.ts";
import type { RecoveryOptions } from "../flows/recovery/options.ts";
import type { RecoveryAnswer } from "../flows/recovery/recovery.ts";
import type { RecoveryView } from "../flows/recovery/view.ts";
import { answerJson } from "../http/answer-json.ts";
import { checkFactors } from "../http/check-factors.ts";
import { noStore } from "../http/headers.ts";
import { mountedRouter } from "../http/mounted-router.ts";
import { wantsJson } from "../http/negotiate.ts";
import { problemOf } from "../http/problem.ts";
import { pageError, refusalHeaders } from "../http/refuse.ts";
import { pageOf, render } from "../http/render.ts";
import { statuses } from "../http/statuses.ts";
import type { Translate } from "../locales/languages.ts";
import type { Factors } from "../setup/create-factors.ts";
import type { PageError } from "../views/pages.ts";
import { approvalRoutes } from "./approvals.ts";
import { readFlow, readGen, readIdentifier, readPassword, readStep, readToken } from "./recovery-request.ts";

const COOKIE = "factors_recovery";
const COOKIE_SECONDS = 5 * 86_400;

/**
 * Recovery of an account whose password is forgotten, over the factors of the app's list. `GET /` shows where it stands, `POST /` takes `identifier`
 * (201), `POST /step` takes `gen`, `input` and what belongs to it, `POST /password` takes `gen` and `password`; as pages, and as JSON. What is no step
 * from there is 409 with where it stands. At `/approve` a signed-in, remembered device types the number that a recovery shows, at `/vouch` somebody who was
 * named reads one out. Mount it at `/recovery`. Throws a TypeError that names what is missing in `accounts`, or an option.
 *
 * @example
 * app.use("/recovery", recovery(factors));
 */
export function recovery<User = Express.User>(factors: Factors, options: RecoveryOptions<User> = {}): Router {
  checkFactors("recovery", factors);
  const flows = factors.recovery(options as RecoveryOptions<never>, mountUrl(factors, options.path));
  const handleOf = (req: Request): unknown => readFlow(req) ?? readCookie(req, COOKIE);
  const https = factors.publicUrl?.protocol === "https:";

  /**
   * Whose handle is another now is told so; a program that names its flow keeps it itself. Who has found nothing keeps the cookie: another tab may have put the new
   * handle there meanwhile.
   */
  function keepHandle(req: Request, res: Response, { handle, ended }: RecoveryAnswer): void {
    const before = readCookie(req, COOKIE);
    const isOwn = readFlow(req) !== undefined;
    if (isOwn || before === handle || (handle === undefined && ended !== true)) return;
    const path = req.baseUrl === "" ? "/" : req.baseUrl;
    // A hold, or somebody who is asked, may outlast the half hour: the record decides, not the cookie.
    const seconds = handle === undefined ? 0 : COOKIE_SECONDS;
    writeCookie(
      { headers: req.headers, secure: req.secure, res },
      { name: COOKIE, value: handle ?? "", seconds, https, path },
    );
  }

  function told(res: Response, view: RecoveryView, handle: string | undefined, t: Translate): object {
    const message = messageOf(view, t);
    return {
      ...view,
      ...(message === undefined ? {} : { message }),
      ...(handle === undefined ? {} : { flow: handle }),
    };
  }

  function show(
    req: Request,
    res: Response,
    status: number,
    { view, handle }: RecoveryAnswer,
    error?: PageError,
  ): void {
    noStore(res);
    const page = pageOf(req, factors);
    if (wantsJson(req)) return answerJson(res, status, told(res, view, handle, page.t));
    render(res, factors, "recovery", status, {
      ...page,
      view,
      action: req.baseUrl === "" ? "/" : req.baseUrl,
      mount: req.baseUrl,
      loginUrl: factors.paths.login,
      ...(options.supportContact === undefined ? {} : { supportContact: options.supportContact }),
      ...(error === undefined ? {} : { error }),
    });
  }

  /** A browser that has posted goes to the page of where it stands. */
  function answered(req: Request, res: Response, answer: RecoveryAnswer, status = 200): void {
    keepHandle(req, res, answer);
    if (answer.outcome === "conflict") return conflicted(req, res, answer);
    if (wantsJson(req)) return show(req, res, status, answer);
    noStore(res);
    res.redirect(303, req.baseUrl === "" ? "/" : req.baseUrl);
  }

  function conflicted(req: Request, res: Response, answer: RecoveryAnswer): void {
    const t = factors.translator(factors.locale(req));
    const message = t(answer.handle === undefined ? "recovery.over" : "recovery.moved");
    if (!wantsJson(req)) return show(req, res, 409, answer, { code: "recovery_moved", message });
    noStore(res);
    const { view, handle } = answer;
    answerJson(res, 409, {
      ...told(res, view, handle, t),
      message,
      error: "Conflict",
      code: "recovery_moved",
      success: false,
    });
  }

  /** What was refused, with where it stands beside it, so that one can go on from there. */
  async function refused(req: Request, res: Response, error: FactorError): Promise<void> {
    const status = statuses[error.code];
    if (status === 503) throw error;
    const now = await flows.look(req, handleOf(req));
    keepHandle(req, res, now);
    refusalHeaders(res, error);
    const t = factors.translator(factors.locale(req));
    if (!wantsJson(req))
      return show(req, res, error.code === "invalid_code" ? 422 : status, now, pageError(error, t));
    answerJson(res, status, { ...told(res, now.view, now.handle, t), ...problemOf(error, t) }, "problem");
  }

  const orRefused = (act: (req: Request, res: Response) => Promise<void>) =>
    async function actOrRefuse(req: Request, res: Response): Promise<void> {
      try {
        await act(req, res);
      } catch (error) {
        if (!isFactorError(error)) throw error;
        await refused(req, res, error);
      }
    };

  /** A page with a button for the link of a mail: opening it does nothing. */
  function showLink(
    req: Request,
    res: Response,
    { status = 200, error, cancels }: { status?: number; error?: PageError; cancels?: "asks" | "done" } = {},
  ): void {
    noStore(res);
    if (wantsJson(req)) return answerJson(res, status, { fields: ["token"] });
    render(res, factors, "recoveryLink", status, {
      ...pageOf(req, factors),
      action: `${req.baseUrl}/${cancels === undefined ? "link" : "cancel"}`,
      loginUrl: factors.paths.login,
      ...(cancels === undefined ? {} : { cancels }),
      ...(error === undefined ? {} : { error }),
    });
  }

  /** Ends a reset that waits, for whoever has the link of the mail about it. */
  async function postCancel(req: Request, res: Response): Promise<void> {
    const isEnded = await flows.cancel(req, readToken(req));
    const t = factors.translator(factors.locale(req));
    const message = t(isEnded ? "recovery.cancelDone" : "recovery.cancelOver");
    if (!wantsJson(req)) {
      const error = { code: "recovery_moved", message } as const;
      return isEnded
        ? showLink(req, res, { cancels: "done" })
        : showLink(req, res, { status: 409, error, cancels: "asks" });
    }
    noStore(res);
    if (isEnded) return answerJson(res, 200, { success: true, message });
    answerJson(res, 409, { message, error: "Conflict", code: "recovery_moved", success: false });
  }

  /** Whoever posts it goes on here, whatever this browser had begun before. */
  async function postLink(req: Request, res: Response): Promise<void> {
    const answer = await flows.link(req, readToken(req));
    if (answer.outcome === "ok") return answered(req, res, answer);
    const message = factors.translator(factors.locale(req))("recovery.linkOver");
    if (!wantsJson(req))
      return showLink(req, res, { status: 409, error: { code: "recovery_moved", message } });
    noStore(res);
    answerJson(res, 409, {
      ...answer.view,
      message,
      error: "Conflict",
      code: "recovery_moved",
      success: false,
    });
  }

  /** Who comes back to a page that has waited is told why it is the first one again. */
  const goneError = (req: Request): PageError => ({
    code: "recovery_moved",
    message: factors.translator(factors.locale(req))("recovery.gone"),
  });

  async function look(req: Request, res: Response): Promise<void> {
    const before = handleOf(req);
    const answer = await flows.look(req, before);
    const isGone = before !== undefined && before !== "" && answer.handle === undefined;
    keepHandle(req, res, answer);
    show(req, res, 200, answer, isGone ? goneError(req) : undefined);
  }

  const approvals = approvalRoutes(factors);
  return mountedRouter(factors, {
    get: {
      "/": look,
      "/link": (req, res) => showLink(req, res),
      "/cancel": (req, res) => showLink(req, res, { cancels: "asks" }),
      ...approvals.get,
    },
    post: {
      ...approvals.post,
      "/link": postLink,
      "/cancel": postCancel,
      "/": orRefused(async (req, res) =>
        answered(req, res, await flows.begin(req, readIdentifier(req)), 201),
      ),
      "/step": orRefused(async (req, res) =>
        answered(req, res, await flows.step(req, handleOf(req), readGen(req), readStep(req))),
      ),
      "/password": orRefused(async (req, res) =>
        answered(req, res, await flows.password(req, handleOf(req), readGen(req), readPassword(req))),
      ),
    },
  });
}

/** Where links in mails lead: under the app's own address, and never the one that a request names. */
function mountUrl({ publicUrl }: Factors, path = "/recovery"): string | undefined {
  if (publicUrl === undefined) return undefined;
  return new URL(`${publicUrl.pathname.replace(/\/$/, "")}${path}`, publicUrl).href;
}

/** One sentence for people, where the state says something. */
export function messageOf({ state }: RecoveryView, t: Translate): string | undefined {
  switch (state) {
    case "failed":
      return t("recovery.failed");
    case "more":
      return t("recovery.more");
    case "done":
      return t("recovery.done");
    case "ended":
      return t("recovery.endedIntro");
    case "none":
      return t("recovery.noneIntro");
    default:
      return undefined;
  }
}
