import type { Router } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { sendsCode } from "../factors/define-factor.ts";
import { codeVerification } from "./code-verification.ts";
import { ownVerification } from "./own-verification.ts";
import { checkFactors, checkSecondFactor } from "../http/check-factors.ts";

/**
 * The page and the requests of one factor. For one whose codes the package sends: `GET /new` and `GET /challenge` show the pending
 * code, `POST /challenge` sends or repeats it, `POST /` judges what was typed, `POST /start_over` forgets it. For any other:
 * `GET /new` and `POST /`, and `POST /challenge` where there is something to begin. Throws a TypeError for a factor that is not in the list.
 */
export function verification(factors: Factors, name: string): Router {
  checkFactors("verification", factors);
  const factor = factors.list.find((each) => each.name === name);
  if (factor === undefined)
    throw new TypeError(`verification: factor "${name}" is not in the list given to createFactors`);
  checkSecondFactor("verification", factor);
  return sendsCode(factor) ? codeVerification(factors, factor) : ownVerification(factors, factor);
}

/** SmsVerification as a router: where the code of a text message is typed. Mount it behind the app's session and Passport. */
export function smsVerification(factors: Factors): Router {
  return verification(factors, "sms");
}

/** The same for called codes; mount it at `/call_verification`. */
export function callVerification(factors: Factors): Router {
  return verification(factors, "call");
}
