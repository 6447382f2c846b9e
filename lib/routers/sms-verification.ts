import type { Router } from "express";
import type { Factors } from "../create-factors.ts";
import { verification } from "./verification.ts";

/** SmsVerification as a router: where the code of a text message is typed. Mount it behind the app's session and Passport. */
export function smsVerification(factors: Factors): Router {
  return verification(factors, "sms");
}
