import type { Request, Response, Router } from "express";
import type { Factors } from "../create-factors.ts";
import { FactorError, isFactorError } from "../errors.ts";
import type { Challenge } from "../flows/challenge.ts";
import { door } from "../http/door.ts";
import { readField } from "../http/fields.ts";
import { noStore } from "../http/headers.ts";
import { wantsJson } from "../http/negotiate.ts";
import { pageError, refusalHeaders } from "../http/refuse.ts";
import { pageOf, render } from "../http/render.ts";
import { takeReturnTo } from "../http/return-to.ts";
import { statuses } from "../http/statuses.ts";
import { translator } from "../locales/translate.ts";
import { codeSent } from "./code-sent.ts";

const FIELDS = ["pin_number", "code"];

/**
 * The page and the requests of one factor: `GET /new` and `GET /challenge` show the pending code, `POST /challenge` sends or
 * repeats it, `POST /` judges what was typed, `POST /start_over` forgets it. Throws a TypeError for a factor that is not in the list.
 */
export function verification(factors: Factors, name: string): Router {
  const factor = factors.list.find((each) => each.name === name);
  if (factor === undefined)
    throw new TypeError(`verification: factor "${name}" is not in the list given to createFactors`);
  const scope = `${name}_verification`;

  async function show(req: Request, res: Response): Promise<void> {
    if (wantsJson(req)) return showChallenge(req, res);
    const challenge = await pendingOrNone(req);
    if (challenge === undefined && (await factors.enrolled(req)).length === 0)
      throw new FactorError("not_enrolled");
    showPage(req, res, 200, challenge);
  }

  async function showChallenge(req: Request, res: Response): Promise<void> {
    const { expires_in_minutes: _same, ...challenge } = await factors.pending(req);
    noStore(res);
    res.json(challenge);
  }

  async function send(req: Request, res: Response): Promise<void> {
    try {
      codeSent(req, res, factors, await factors.begin(req, name), `${req.baseUrl}/new`);
    } catch (error) {
      await showAgain(req, res, error, ["too_many_requests"]);
    }
  }

  async function verify(req: Request, res: Response): Promise<void> {
    try {
      const { method, amr } = await factors.verify(req, name, readField(req.body, scope, FIELDS));
      noStore(res);
      const message = translator(factors.locale(req))("message.verified");
      if (wantsJson(req)) res.json({ success: true, message, method, amr });
      else res.redirect(303, takeReturnTo(req) ?? factors.paths.success);
    } catch (error) {
      await showAgain(req, res, error, [
        "invalid_code",
        "attempts_exceeded",
        "code_expired",
        "too_many_requests",
      ]);
    }
  }

  async function startOver(req: Request, res: Response): Promise<void> {
    const enrolled = (await factors.enrolled(req)).length > 0;
    await factors.startOver(req);
    noStore(res);
    if (wantsJson(req)) res.json({ success: true });
    else res.redirect(303, enrolled ? `${req.baseUrl}/new` : factors.paths.registration);
  }

  /** The same page with what was wrong; for JSON callers, and for anything else, the door's answer. */
  async function showAgain(
    req: Request,
    res: Response,
    error: unknown,
    codes: readonly string[],
  ): Promise<void> {
    if (wantsJson(req) || !isFactorError(error) || !codes.includes(error.code)) throw error;
    const challenge = await pendingOrNone(req);
    refusalHeaders(res, error);
    const status = error.code === "too_many_requests" ? statuses[error.code] : 422;
    if (status === 422) res.removeHeader("WWW-Authenticate");
    showPage(req, res, status, challenge, error);
  }

  async function pendingOrNone(req: Request): Promise<Challenge | undefined> {
    try {
      return await factors.pending(req);
    } catch (error) {
      if (isFactorError(error) && error.code === "no_challenge") return undefined;
      throw error;
    }
  }

  function showPage(
    req: Request,
    res: Response,
    status: number,
    challenge: Challenge | undefined,
    error?: FactorError,
  ): void {
    const page = pageOf(req, factors);
    render(res, factors, "smsVerification", status, {
      ...page,
      action: req.baseUrl || "/",
      resendAction: `${req.baseUrl}/challenge`,
      startOverAction: `${req.baseUrl}/start_over`,
      codeLength: factor?.codeLength ?? 6,
      ...(challenge === undefined ? {} : { challenge }),
      ...(error === undefined ? {} : { error: pageError(error, page.t) }),
    });
  }

  return door(factors, {
    get: { "/new": show, "/challenge": showChallenge },
    post: { "/": verify, "/challenge": send, "/start_over": startOver },
  });
}
