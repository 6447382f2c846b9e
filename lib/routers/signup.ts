import type { Request, Response, Router } from "express";
import type { Factors } from "../setup/create-factors.ts";
import type { FactorError } from "../errors.ts";
import { isPhone, type PhoneFactor } from "../factors/phone-destination.ts";
import type { Challenge } from "../flows/codes/challenge.ts";
import type { ProfileCheck } from "../flows/signup/profile.ts";
import { answerJson } from "../http/answer-json.ts";
import { checkPhoneFactors } from "../http/check-factors.ts";
import { mountedRouter } from "../http/mounted-router.ts";
import { readField } from "../http/fields.ts";
import { noStore } from "../http/headers.ts";
import { wantsJson } from "../http/negotiate.ts";
import { withReturnTo } from "../http/return-to.ts";
import { answerChallenge, orNone, showCodePage } from "./code-page.ts";
import { codeSent, goOn } from "./code-sent.ts";
import { numberForm } from "./number-form.ts";
import { checkFields, inputsOf, readProfile, type SignupField } from "./signup-fields.ts";
import { againStatus, showsAgain } from "./verified.ts";
import { checkNames } from "../options.ts";

/** Options of `signup`; docs/options.md has every default, unit and range. */
export interface SignupOptions {
  /** What the app asks for beside the code. */
  fields?: readonly SignupField[];
  /** Looked at before the code is judged, so that a code is not spent on an account that cannot be. */
  check?: ProfileCheck;
}

export const SIGNUP_NAMES = { fields: true, check: true } as const;

const SCOPE = "phone_signup";

/**
 * Sign-up by phone: `GET /new` asks for a number, `POST /` sends a code to it, `POST /verification` takes the code and the profile and makes the account
 * by `accounts.createFromPhone`. A number that has an account is answered alike, and its owner hears of it. Mount it at `/phone_signup`.
 * Throws a TypeError that names what is wrong with `fields`, or what `accounts` lack.
 */
export function signup(factors: Factors, options: SignupOptions = {}): Router {
  checkPhoneFactors("signup", factors);
  checkNames("signup", options, SIGNUP_NAMES);
  const { fields = [], check } = options;
  checkFields(fields);
  factors.signup.checkAccounts();
  const factor = factors.list.find(isPhone) as PhoneFactor;
  const flows = factors.signup;

  const form = numberForm(factors, SCOPE, () => ({ signup: true }));

  async function send(req: Request, res: Response): Promise<void> {
    const input = form.read(req);
    try {
      codeSent(
        req,
        res,
        factors,
        await flows.send({ request: req }, input),
        `${req.baseUrl}/verification/new`,
      );
    } catch (error) {
      if (!showsAgain(req, res, error, NUMBER_AGAIN)) throw error;
      // The code has gone out, by the same form: it is there to be typed.
      if (error.details.pending !== undefined) return goOn(res, `${req.baseUrl}/verification/new`);
      await form.showAgain(req, res, error, input);
    }
  }

  async function resend(req: Request, res: Response): Promise<void> {
    try {
      codeSent(req, res, factors, await flows.resend({ request: req }), `${req.baseUrl}/verification/new`);
    } catch (error) {
      await showAgain(req, res, error, ["too_many_requests", "sends_paused", "delivery_failed"]);
    }
  }

  async function verify(req: Request, res: Response): Promise<void> {
    try {
      const code = readField(req.body, SCOPE, ["pin_number", "code"]);
      const profile = readProfile(req, fields);
      const [{ method, amr }, returnTo] = await withReturnTo(req, async () =>
        flows.verify({ request: req }, code, profile, check),
      );
      noStore(res);
      const next = returnTo ?? factors.paths.success;
      if (!wantsJson(req)) return res.redirect(303, next);
      const message = factors.translator(factors.locale(req))("message.verified");
      answerJson(res, 201, { success: true, message, method, amr, next });
    } catch (error) {
      await showAgain(req, res, error, CODE_AGAIN);
    }
  }

  async function showCode(req: Request, res: Response): Promise<void> {
    if (wantsJson(req)) return showChallenge(req, res);
    const challenge = await orNone(flows.pending({ request: req }));
    if (challenge === undefined) return res.redirect(303, `${req.baseUrl}/new`);
    showPage(req, res, 200, challenge);
  }

  const showChallenge = async (req: Request, res: Response) =>
    answerChallenge(res, await flows.pending({ request: req }));

  async function startOver(req: Request, res: Response): Promise<void> {
    await flows.startOver({ request: req });
    noStore(res);
    if (wantsJson(req)) answerJson(res, 200, { success: true });
    else res.redirect(303, `${req.baseUrl}/new`);
  }

  async function showAgain(
    req: Request,
    res: Response,
    error: unknown,
    codes: readonly string[],
  ): Promise<void> {
    if (!showsAgain(req, res, error, codes)) throw error;
    const challenge = await orNone(flows.pending({ request: req }));
    if (challenge === undefined) return form.showAgain(req, res, error);
    showPage(req, res, againStatus(res, error), challenge, error);
  }

  function showPage(
    req: Request,
    res: Response,
    status: number,
    challenge: Challenge,
    error?: FactorError,
  ): void {
    const action = `${req.baseUrl}/verification`;
    const isField = fields.some(({ name }) => name === error?.details.field);
    const typed: unknown = isField ? readField(req.body, SCOPE, ["pin_number", "code"]) : undefined;
    const more = {
      fields: inputsOf(req, fields, factors.locale(req)),
      // What was right, or not looked at yet, is not asked for again.
      ...(typeof typed === "string" ? { typed: typed.slice(0, 200) } : {}),
    };
    showCodePage(req, res, factors, factor, { status, action, challenge, error, more });
  }

  const routes = {
    get: { "/new": form.show, "/verification/new": showCode, "/challenge": showChallenge },
    post: { "/": send, "/challenge": resend, "/verification": verify, "/start_over": startOver },
  };
  return mountedRouter(factors, routes, { router: "signup" });
}

const NUMBER_AGAIN = [
  "invalid_phone_number",
  "country_not_allowed",
  "recipient_stopped",
  "recipient_unreachable",
  "too_many_requests",
  "sends_paused",
  "delivery_failed",
];
const CODE_AGAIN = [
  "invalid_request",
  "invalid_code",
  "attempts_exceeded",
  "code_expired",
  "too_many_requests",
  "phone_taken",
  "verifier_unavailable",
];
