import { types } from "node:util";

/** Every way the package says no, as a closed list: stable, machine-readable, the same at every door. */
export type FactorErrorCode =
  | "invalid_request"
  | "invalid_phone_number"
  | "country_not_allowed"
  | "phone_taken"
  | "address_taken"
  | "invalid_email"
  | "invalid_code"
  | "attempts_exceeded"
  | "code_expired"
  | "no_challenge"
  | "login_required"
  | "factor_required"
  | "factor_disabled"
  | "verification_pending"
  | "last_factor"
  | "not_enrolled"
  | "answer_refused"
  | "contact_refused"
  | "no_other_way"
  | "cross_origin"
  | "too_many_requests"
  | "send_refused"
  | "recipient_stopped"
  | "recipient_unreachable"
  | "email_unreachable"
  | "sends_paused"
  | "delivery_failed"
  | "delivery_disabled"
  | "verifier_unavailable"
  | "password_refused"
  | "reset_failed"
  | "store_unavailable"
  | "session_required";

/** Which limit refused a send; `docs/limits.md` says of each who can use it up. */
export type SendLimit =
  /** Sends asked for from one client address. */
  | "address"
  /** Sends of an account to numbers that are not on file. */
  | "account"
  /** Wrong guesses of an account in an hour, which stop its sends too. */
  | "lockout"
  /** The wait between two sends to a number. */
  | "cooldown"
  /** Sends to a number in an hour or a day. */
  | "number"
  /** Sends to a block of neighbouring numbers. */
  | "block"
  /** Too few of the codes that went to a calling code passed. */
  | "breaker"
  /** The app's own budgets: sends to a calling code in an hour or a day, all sends in a day. */
  | "calling_code_hour"
  | "calling_code_day"
  | "day";

/** What an answer may tell beside the code. Never a verification code, never a full phone number. */
export interface FactorErrorDetails {
  /** The request field that is wrong, as the caller spelled it. */
  field?: string;
  /** With `invalid_request` of a sign-up: what the app says of the field, in place of our words. */
  message?: string;
  /** Guesses left for the pending code. */
  attemptsRemaining?: number;
  /** Whole seconds, at least 1, after which the same request may work. */
  retryAfter?: number;
  /** With `factor_required`: the factors that would do. */
  factors?: readonly string[];
  /** With `factor_required`: those of them that the account has on file. */
  enrolled?: readonly string[];
  /** With `factor_required`: what is to be done, by the name of its path: prove, or register a first factor. */
  next?: "verification" | "registration";
  /** With `too_many_requests` at a send: the factor whose code went out before and still waits to be typed. For redirects, never shown. */
  pending?: string;
  /** With `too_many_requests` and `sends_paused`: the limit that refused. For events, never shown. */
  limit?: SendLimit;
  /** With `sends_paused`: this very send brought the pause about. For events, never shown. */
  tripped?: boolean;
  /** With `password_refused`: why. */
  reason?: "short" | "long" | "common" | "context" | "breached" | "refused";
  /** With `password_refused`: characters, at the least. */
  minLength?: number;
  /** With `password_refused`: characters, at the most. */
  maxLength?: number;
  /** What broke underneath; for `onError`, never shown to the client. */
  cause?: unknown;
}

const BRAND = Symbol.for("passport-factors.FactorError");

/** The package's only error class. Tell errors apart by `code`; recognise them with {@link isFactorError}. */
export class FactorError extends Error {
  /** Stable, for programs. */
  readonly code: FactorErrorCode;
  /** What goes with the code: a field, a wait, guesses that are left. */
  readonly details: FactorErrorDetails;

  constructor(code: FactorErrorCode, details: FactorErrorDetails = {}) {
    super(code, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "FactorError";
    this.code = code;
    this.details = details;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** Whether a caught value is a {@link FactorError}; works across the ESM and CommonJS builds, where `instanceof` does not. */
export function isFactorError(error: unknown): error is FactorError {
  // What may be a proxy, or have one behind it, throws when it is asked.
  try {
    return types.isNativeError(error) && BRAND in error;
  } catch {
    return false;
  }
}

/**
 * What was thrown, as something that may be handed on. To Express `next(undefined)` means "go on", `next("route")` "skip this", and Passport takes
 * no error for none; an app may throw any of them. What is no Error, or cannot be read, becomes the `cause` of one, which names `who` threw it where that is known.
 */
export function asError(thrown: unknown, who?: string): Error {
  if (isReadable(thrown)) return thrown;
  return new Error(`${who === undefined ? "" : `${who}: `}something that is no Error was thrown`, {
    cause: thrown,
  });
}

/** An error that Express, Passport and their error handlers can look at. */
function isReadable(thrown: unknown): thrown is Error {
  try {
    // A DOMException, such as an AbortError, is an Error and no native one.
    if (!types.isNativeError(thrown) && (types.isProxy(thrown) || !(thrown instanceof Error))) return false;
    const { name, message, stack, status, statusCode, headers } = thrown as Error & Record<string, unknown>;
    const words = [name, message, stack ?? ""].every((each) => typeof each === "string");
    return words && isStatus(status) && isStatus(statusCode) && isHeaders(headers);
  } catch {
    return false;
  }
}

/** Many an error handler answers with the status that an error names: 200 would say that all is well. */
const isStatus = (value: unknown) =>
  value === undefined || (typeof value === "number" && value >= 400 && value <= 599);
const isHeaders = (value: unknown) => value === undefined || typeof value === "object";

export function tooManyRequests(retryAfterMs: number, limit?: SendLimit): FactorError {
  return new FactorError("too_many_requests", {
    retryAfter: wholeSeconds(retryAfterMs),
    ...(limit === undefined ? {} : { limit }),
  });
}

/** Rounded up, so that who waits exactly that long is let in. */
export const wholeSeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
