import type { Request, Response } from "express";
import type { Factors } from "../setup/create-factors.ts";
import { isFactorError, type FactorError } from "../errors.ts";
import type { CodeFactor } from "../factors/factor.ts";
import type { Challenge } from "../flows/codes/challenge.ts";
import { answerJson } from "../http/answer-json.ts";
import { noStore } from "../http/headers.ts";
import { textsOf } from "../factors/define-factor.ts";
import { isPhone } from "../factors/phone-destination.ts";
import { pageError } from "../http/refuse.ts";
import { pageOf, render } from "../http/render.ts";
import type { SmsVerificationPage } from "../views/pages.ts";

interface Shown {
  status: number;
  /** Below which path another send and a start over are asked for. @default where the router is mounted */
  at?: string;
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
  factor: CodeFactor,
  { status, at: settings, action, challenge, error, more }: Shown,
): void {
  const page = pageOf(req, factors);
  const { channel, rules } = factor.code;
  const at = settings ?? req.baseUrl;
  const shown = {
    ...page,
    ...more,
    channel,
    action,
    // In settings the page stands where the code was asked for.
    pageUrl: settings ?? `${action}/new`,
    resendAction: `${at}/challenge`,
    ...(factors.delivery.reports(factor.name) ? { challengeUrl: `${at}/challenge` } : {}),
    startOverAction: `${at}/start_over`,
    codeLength: rules.codeLength,
    ...(error === undefined ? {} : { error: pageError(error, page.t) }),
  };
  if (isPhone(factor)) {
    const pending = challenge && { ...challenge, phone_display: challenge.phone_display ?? "" };
    const its = pending === undefined ? {} : { challenge: pending };
    return render(res, factors, "smsVerification", status, { ...shown, ...its });
  }
  const { name, field } = factor;
  const pending = challenge && { ...challenge, display: challenge.display ?? "" };
  render(res, factors, "codeVerification", status, {
    ...shown,
    factor: name,
    field,
    texts: textsOf(factor, page.locale),
    ...(pending === undefined ? {} : { challenge: pending }),
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
