import type { Request, Response } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { isFactorError, type FactorError } from "../errors.ts";
import type { DeliveredFactor } from "../factors/factor.ts";
import type { Challenge } from "../flows/codes/challenge.ts";
import { answerJson } from "../http/answer-json.ts";
import { noStore } from "../http/headers.ts";
import { pageError } from "../http/refuse.ts";
import { pageOf, render } from "../http/render.ts";
import type { SmsVerificationPage } from "../views/pages.ts";

interface Shown {
  status: number;
  /** Where the code is posted. */
  action: string;
  challenge?: Challenge | undefined;
  error?: FactorError | undefined;
  more?: Partial<Pick<SmsVerificationPage, "fields" | "rememberDays" | "otherWays" | "instead" | "typed">>;
}

/** The page on which a code is typed, at verification and at sign-up. */
export function showCodePage(
  req: Request,
  res: Response,
  factors: Factors,
  { name, channel, rules }: DeliveredFactor,
  { status, action, challenge, error, more }: Shown,
): void {
  const page = pageOf(req, factors);
  render(res, factors, "smsVerification", status, {
    ...page,
    ...more,
    channel,
    action,
    resendAction: `${req.baseUrl}/challenge`,
    ...(factors.delivery.reports(name) ? { challengeUrl: `${req.baseUrl}/challenge` } : {}),
    startOverAction: `${req.baseUrl}/start_over`,
    codeLength: rules.codeLength,
    ...(challenge === undefined ? {} : { challenge }),
    ...(error === undefined ? {} : { error: pageError(error, page.t) }),
  });
}

/** `GET …/challenge`. */
export function answerChallenge(
  res: Response,
  { expires_in_minutes: _same, typed_number: _shown, ...challenge }: Challenge,
): void {
  noStore(res);
  answerJson(res, 200, challenge);
}

export async function orNone(pending: Promise<Challenge>): Promise<Challenge | undefined> {
  try {
    return await pending;
  } catch (error) {
    if (isFactorError(error) && error.code === "no_challenge") return undefined;
    throw error;
  }
}
