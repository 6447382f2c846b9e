import { STATUS_CODES } from "node:http";
import type { FactorError, SendLimit } from "../errors.ts";
import { duration } from "../locales/duration.ts";
import { waitInWords } from "../locales/wait.ts";
import type { Translate } from "../locales/languages.ts";
import { statuses } from "./statuses.ts";

/** The body of every error: RFC 9457, with the seed's `error` and `message` and a stable `code` beside it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  error: string;
  message: string;
  code: string;
  success: false;
  field?: string;
  attempts_remaining?: number;
  retry_after?: number;
  /** With `password_refused`. */
  reason?: string;
  factors?: readonly string[];
}

export function problemOf(error: FactorError, t: Translate): Problem {
  const { code, details } = error;
  const status = statuses[code];
  const title = STATUS_CODES[status] ?? "Error";
  const message = messageOf(error, t);
  const { field, attemptsRemaining, retryAfter, factors, reason } = details;
  const problem: Problem = {
    type: `urn:passport-factors:error:${code}`,
    title,
    status,
    detail: message,
    error: title,
    message,
    code,
    success: false,
  };
  if (field !== undefined) problem.field = field;
  if (attemptsRemaining !== undefined) problem.attempts_remaining = attemptsRemaining;
  if (retryAfter !== undefined) problem.retry_after = retryAfter;
  if (factors !== undefined) problem.factors = factors;
  if (reason !== undefined) problem.reason = reason;
  return problem;
}

const SENTENCES: Partial<Record<SendLimit, "cooldown" | "lockout">> = {
  cooldown: "cooldown",
  lockout: "lockout",
};

/** The same on a page, where a wait is said in words, and which limit it is: just sent, sent too often, or guessed too often. */
export function pageMessageOf(error: FactorError, t: Translate): string {
  const { limit, retryAfter, field, message } = error.details;
  if (error.code === "invalid_request" && field !== undefined && message === undefined)
    return t("signup.check");
  if (error.code !== "too_many_requests" || retryAfter === undefined) return messageOf(error, t);
  const key = limit === undefined || limit === "address" ? "other" : (SENTENCES[limit] ?? "sends");
  return t(`wait.${key}`, { when: waitInWords(retryAfter, t.locale) });
}

/** The sentence that people are shown for an error. */
export function messageOf({ code, details }: FactorError, t: Translate): string {
  if (details.message !== undefined) return details.message;
  const { reason, minLength = 0, maxLength = 0 } = details;
  if (reason !== undefined) return t(`password.${reason}`, { n: reason === "long" ? maxLength : minLength });
  return t(`error.${code}`, { time: duration(details.retryAfter ?? 1) });
}
