import type { Request, Response, Router } from "express";
import { calledBack } from "../called-back.ts";
import type { Factors } from "../setup/create-factors.ts";
import type { FactorError } from "../errors.ts";
import { judgesItself, textsOf } from "../factors/define-factor.ts";
import type { JudgedFactor } from "../factors/factor.ts";
import { answerJson } from "../http/answer-json.ts";
import { checkFactors } from "../http/check-factors.ts";
import { readAnswer } from "../http/fields.ts";
import { noStore } from "../http/headers.ts";
import { mountedRouter } from "../http/mounted-router.ts";
import { wantsJson } from "../http/negotiate.ts";
import { pageOf, render } from "../http/render.ts";
import { withReturnTo } from "../http/return-to.ts";
import { answerOptions, factorError } from "./ceremony.ts";
import { goOn } from "./code-sent.ts";
import { againStatus, showsAgain } from "./verified.ts";

const AGAIN = [
  "invalid_code",
  "code_expired",
  "too_many_requests",
  "verification_pending",
  "verifier_unavailable",
];

/**
 * Where somebody signs in by a passkey alone, without a name and a password: `GET /new` is the page, `POST /challenge` answers the options for the browser
 * (201 `{ publicKey }`), `POST /` takes the credential and signs in by Passport, under a new session id. Mount it at `/passkey_sign_in`. Throws a TypeError
 * where no factor in the list can do that, or `accounts` lack `byId`.
 */
export function passkeySignIn(factors: Factors): Router {
  checkFactors("passkeySignIn", factors);
  const factor = factors.list.filter(judgesItself).find(({ definition }) => definition.signIn !== undefined);
  if (factor === undefined)
    throw new TypeError("passkeySignIn: no factor in the list given to createFactors signs in by itself");
  const missing = factors.signIn.missing(factor.name);
  if (missing !== undefined) throw new TypeError(`passkeySignIn: ${missing}`);
  return factorSignIn(factors, factor);
}

function factorSignIn(factors: Factors, factor: JudgedFactor): Router {
  const { name, field, definition } = factor;
  const { prompt = "typed" } = definition;
  const scope = `${name.replaceAll("-", "_")}_sign_in`;

  function show(req: Request, res: Response): void {
    if (!wantsJson(req)) return showPage(req, res, 200);
    noStore(res);
    answerJson(res, 200, { method: name, field, begin: `${req.baseUrl}/challenge`, prompt });
  }

  async function begin(req: Request, res: Response): Promise<void> {
    const begun = await factors.signIn.begin(req, name);
    if (!wantsJson(req)) return goOn(res, `${req.baseUrl}/new`);
    noStore(res);
    answerOptions(res, begun);
  }

  async function signIn(req: Request, res: Response): Promise<void> {
    try {
      const [{ method, amr }, returnTo] = await withReturnTo(req, async () => enter(req));
      noStore(res);
      const next = returnTo ?? factors.paths.success;
      if (!wantsJson(req)) return res.redirect(303, next);
      const message = factors.translator(factors.locale(req))("message.verified");
      answerJson(res, 200, { success: true, message, method, amr, next });
    } catch (error) {
      if (!showsAgain(req, res, error, AGAIN)) throw error;
      showPage(req, res, againStatus(res, error), error);
    }
  }

  async function enter(req: Request): Promise<{ method: string; amr: string[] }> {
    if (typeof req.logIn !== "function")
      throw new TypeError("passkeySignIn: Passport's session must be mounted before it");
    const { user, method, amr } = await factors.signIn.verify(req, name, readAnswer(req.body, scope, factor));
    await factors.inTime("logIn", () => calledBack((done) => req.logIn(user as Express.User, done)));
    return { method, amr };
  }

  function showPage(req: Request, res: Response, status: number, error?: FactorError): void {
    const page = pageOf(req, factors);
    render(res, factors, "signIn", status, {
      ...page,
      factor: name,
      texts: textsOf(definition, page.locale),
      field,
      action: req.baseUrl || "/",
      beginAction: `${req.baseUrl}/challenge`,
      otherWays: factors.paths.login,
      ...(error === undefined ? {} : { error: factorError(error, prompt, page.t) }),
    });
  }

  return mountedRouter(factors, { get: { "/new": show }, post: { "/": signIn, "/challenge": begin } });
}
