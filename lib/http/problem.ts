import { STATUS_CODES } from "node:http";
import type { FactorError } from "../errors.ts";
import { duration } from "../locales/duration.ts";
import type { Translate } from "../locales/translate.ts";
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

/** The sentence that people are shown for an error. */
export function messageOf({ code, details }: FactorError, t: Translate): string {
  if (details.reason !== undefined) return t(`password.${details.reason}`, { n: details.minLength ?? 0 });
  return t(`error.${code}`, { time: duration(details.retryAfter ?? 1) });
}
