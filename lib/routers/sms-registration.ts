import type { Request, Response, Router } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { isFactorError, type FactorError } from "../errors.ts";
import { checkPhoneFactors, secondFactorsOf } from "../http/check-factors.ts";
import { mountedRouter } from "../http/mounted-router.ts";
import { wantsJson } from "../http/negotiate.ts";
import { rememberReturnTo } from "../http/return-to.ts";
import { statuses } from "../http/statuses.ts";
import { codeSent, goOn } from "./code-sent.ts";
import { numberForm } from "./number-form.ts";

/** SmsRegistration as a router: `GET /new` asks for a number, `POST /` sends a code to it. Mount it behind the app's session and Passport. */
export function smsRegistration(factors: Factors): Router {
  checkPhoneFactors("smsRegistration", factors);
  const form = numberForm(factors, "sms_registration", async (req) => {
    const { phone_display } = await factors.account(req);
    return phone_display === undefined ? {} : { replaces: { phone_display, backUrl: factors.paths.success } };
  });

  async function showForm(req: Request, res: Response): Promise<void> {
    await factors.passed(req);
    await form.show(req, res);
  }

  async function create(req: Request, res: Response): Promise<void> {
    const input = form.read(req);
    try {
      const challenge = await factors.register(req, input);
      codeSent(req, res, factors, challenge, whereTyped(challenge.channel));
    } catch (error) {
      if (!wantsJson(req) && isFactorError(error) && error.code === "factor_required") {
        await rememberReturnTo(req, factors, `${req.baseUrl}/new`);
      }
      if (wantsJson(req) || !isFormError(error)) throw error;
      // The code has gone out, by the same form: it is there to be typed.
      if (error.details.pending !== undefined) return goOn(res, whereTyped(error.details.pending));
      await form.showAgain(req, res, error, input);
    }
  }

  function whereTyped(channel: string): string {
    const { verification, doors } = factors.paths;
    return secondFactorsOf(factors).length === 1 ? verification : `${doors[channel]}/new`;
  }

  const routes = { get: { "/new": showForm }, post: { "/": create } };
  return mountedRouter(factors, routes, { router: "smsRegistration", at: "registration" });
}

const WAIT_OR_MEND: readonly string[] = ["too_many_requests", "sends_paused", "delivery_failed"];

/** What the person can mend in the form, or by waiting. */
function isFormError(error: unknown): error is FactorError {
  return (
    isFactorError(error) &&
    (statuses[error.code] === 400 || WAIT_OR_MEND.includes(error.code)) &&
    error.code !== "not_enrolled"
  );
}
