import type { Request, Response } from "express";
import type { Factors } from "../setup/create-factors.ts";
import type { Challenge } from "../flows/codes/challenge.ts";
import { answerJson } from "../http/answer-json.ts";
import { noStore } from "../http/headers.ts";
import { wantsJson } from "../http/negotiate.ts";

/** The answer to every request that sent a code: JSON that says so, or a redirect to where it is typed. */
export function codeSent(
  req: Request,
  res: Response,
  factors: Factors,
  challenge: Challenge,
  next: string,
): void {
  noStore(res);
  if (!wantsJson(req)) return goOn(res, next);
  answerJson(res, 201, {
    success: true,
    message: factors.translator(factors.locale(req))("message.code_sent"),
    ...(challenge.phone_display === undefined
      ? { display: challenge.display }
      : { phone_display: challenge.phone_display }),
    reference: challenge.reference,
    expires_in_minutes: challenge.expires_in_minutes,
    attempts_remaining: challenge.attempts_remaining,
    resend_after_seconds: challenge.resend_after_seconds,
  });
}

/** A browser that has posted goes on by a GET. */
export function goOn(res: Response, next: string): void {
  noStore(res);
  res.redirect(303, next);
}
