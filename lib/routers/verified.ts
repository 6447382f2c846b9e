import type { Request, Response } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { FactorError, isFactorError } from "../errors.ts";
import { isIssued } from "../factors/define-factor.ts";
import type { Factor } from "../factors/factor.ts";
import { isPhone } from "../factors/phone-destination.ts";
import type { Proof } from "../flows/second-factor.ts";
import { readAnswer, readField } from "../http/fields.ts";
import { answerJson } from "../http/answer-json.ts";
import { noStore } from "../http/headers.ts";
import { wantsJson } from "../http/negotiate.ts";
import { refusalHeaders } from "../http/refuse.ts";
import { setReturnTo, withReturnTo } from "../http/return-to.ts";
import { statuses } from "../http/statuses.ts";

/** Judges what a request carries, and answers when it is right. */
export async function verifyRequest(
  req: Request,
  res: Response,
  factors: Factors,
  factor: Factor,
): Promise<void> {
  const { name } = factor;
  const scope = `${name.replaceAll("-", "_")}_verification`;
  const answer = readAnswer(req.body, scope, factor);
  const judge = async () => factors.verify(req, name, answer);
  // Taken before the session is written with the proof, so that it is written once. A program is not sent anywhere.
  const [proof, returnTo] = wantsJson(req) ? [await judge(), undefined] : await withReturnTo(req, judge);
  if (factors.devices.on && wantsRemembering(readField(req.body, scope, ["remember_device"])))
    await remember(req, factors);
  noStore(res);
  const isTold = proof.changed === true && isPhone(factor) && !wantsJson(req);
  const codes = isTold ? undefined : await whatNext(req, factors, proof);
  if (codes !== undefined) factors.mounting.sends("backupCodes");
  const next = isTold ? `${req.baseUrl}/changed` : codes;
  // Who is shown something in between goes on from there.
  if (next !== undefined && returnTo !== undefined) await setReturnTo(req, factors, returnTo);
  if (!wantsJson(req)) return res.redirect(303, next ?? returnTo ?? factors.paths.success);
  const { method, amr, remaining, low } = proof;
  answerJson(res, 200, {
    success: true,
    message: factors.translator(factors.locale(req))("message.verified"),
    method,
    amr,
    ...(remaining === undefined ? {} : { remaining, low }),
    ...(next === undefined ? {} : { next }),
  });
}

const wantsRemembering = (value: unknown) =>
  value === true || value === "1" || value === "true" || value === "on";

/** The factor has passed; a device that cannot be remembered must not look as if it had not. */
async function remember(req: Request, factors: Factors): Promise<void> {
  try {
    await factors.devices.trust(req);
  } catch (error) {
    factors.report(error);
  }
}

/** Who has just registered a phone is offered backup codes; who has used the last one makes new ones. */
function whatNext(
  req: Request,
  factors: Factors,
  { purpose, remaining }: Proof,
): Promise<string | undefined> | string | undefined {
  if (remaining === 0) return factors.paths.backupCodes;
  const offered = purpose === "phone" && factors.list.some(isIssued);
  return offered ? offerBackupCodes(req, factors) : undefined;
}

async function offerBackupCodes(req: Request, factors: Factors): Promise<string | undefined> {
  try {
    const onFile = await factors.backupCodes.read(req);
    return onFile.generated_at === null ? factors.paths.backupCodes : undefined;
  } catch (error) {
    // The phone is registered; an offer that cannot be made must not look as if it were not.
    factors.report(error);
    return undefined;
  }
}

/** What is told at the field of a code that the package sent. */
export const CODE_AGAIN: readonly string[] = [
  "invalid_code",
  "attempts_exceeded",
  "code_expired",
  "too_many_requests",
  "verifier_unavailable",
];

/** Whether a browser gets the same page again with what was wrong; sets what that answer's head needs. */
export function showsAgain(
  req: Request,
  res: Response,
  error: unknown,
  codes: readonly string[],
): error is FactorError {
  return !wantsJson(req) && isFactorError(error) && codes.includes(error.code);
}

/** The status of a page that says what was wrong. */
export function againStatus(res: Response, error: FactorError): number {
  refusalHeaders(res, error);
  const status = statuses[error.code];
  if (status === 429 || status === 503) return status;
  res.removeHeader("WWW-Authenticate");
  return 422;
}
