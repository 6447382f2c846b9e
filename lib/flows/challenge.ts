import { randomBytes } from "node:crypto";
import type { ChallengeRef, Purpose } from "../challenges/challenges.ts";
import { tooManyRequests } from "../challenges/challenges.ts";
import { FactorError } from "../errors.ts";
import type { Begun, Factor } from "../factors/factor.ts";
import { lastFour } from "../phone/display.ts";
import { parseE164 } from "../phone/parse.ts";
import { factorNamed, reasonOf, tell, type House } from "./house.ts";
import type { PendingChallenge, SessionState } from "./session-state.ts";
import type { Visit } from "./visit.ts";

/** A pending code, as doors show it. */
export interface Challenge {
  channel: string;
  /** `***-***-1234`. */
  phone_display: string;
  expires_in_seconds: number;
  /** Rounded up. */
  expires_in_minutes: number;
  attempts_remaining: number;
  /** Seconds until another send may go; 0 when it may go now. */
  resend_after_seconds: number;
  delivery: "sent" | "failed";
}

/** The challenge that a session holds, with everything that its key needs. */
export interface Held {
  pending: PendingChallenge;
  factor: Factor;
  ref: ChallengeRef;
}

/** A new binding for each session that asks, so that strangers guess at their own code and not at this one. */
export function newChallenge(purpose: Purpose, factor: string, sealedTo?: string): PendingChallenge {
  const binding = randomBytes(16).toString("base64url");
  return { purpose, factor, binding, ...(sealedTo === undefined ? {} : { to: sealedTo }) };
}

export function sealNumber(house: House, account: string, to: string): string {
  return house.box.seal(to, `registering:${house.tenant}:${account}`);
}

/** Replacing a number that is on file needs a factor passed this recently (ASVS 7.5.1). */
export const FRESH_MS = 10 * 60_000;

export function provenWithin(house: House, state: SessionState, ms: number): boolean {
  return state.passed.some((each) => house.clock() - each.at < ms);
}

/** The challenge of this session, or undefined where none is held or its number is gone. */
export async function heldChallenge(
  house: House,
  visit: Visit,
  state: SessionState,
): Promise<Held | undefined> {
  const pending = state.challenge;
  if (pending === undefined) return undefined;
  const onFile = (await house.accounts.phone(visit.user)) ?? undefined;
  const to =
    pending.to === undefined
      ? onFile
      : house.box.open(pending.to, `registering:${house.tenant}:${visit.account}`);
  if (to === undefined) return undefined;
  const factor = factorNamed(house, pending.factor);
  // Begun before there was a number on file, or long ago: not even the right code moves the second factor any more.
  const replaces = pending.to !== undefined && onFile !== undefined;
  if (replaces && !provenWithin(house, state, FRESH_MS + factor.ttlSeconds * 1000)) return undefined;
  const { purpose, binding } = pending;
  return { pending, factor, ref: { purpose, binding, account: visit.account, to, onFile: to === onFile } };
}

/**
 * Sends the code of a held challenge, or repeats it. The address's limit is counted in the same moment as the number's;
 * what is refused never reaches the transport.
 */
export async function send(house: House, visit: Visit, state: SessionState, held: Held): Promise<Challenge> {
  const { ref, factor } = held;
  const occasion = { account: visit.account, factor: factor.name, purpose: ref.purpose, to: ref.to };
  tell(house, "phone_otp_send_start", occasion);
  let begun: Begun;
  try {
    const gate = allowed(house.sends.consume(visit.ip));
    begun = await factor.begin({ ref, locale: visit.locale, gate }, house.tools);
  } catch (error) {
    tell(house, "phone_otp_send_suppressed", { ...occasion, reason: reasonOf(error) });
    throw error;
  }
  if (begun.failure !== undefined) {
    tell(house, "phone_otp_send_delivery_failed", { ...occasion, reason: "delivery_failed" });
    const failed = new FactorError("delivery_failed", { cause: begun.failure });
    house.onError(failed);
    if (factor.strict) throw failed;
  } else {
    tell(house, "phone_otp_send_delivery_completed", occasion);
  }
  const { undelivered: _before, ...pending } = held.pending;
  state.challenge = begun.failure === undefined ? pending : { ...pending, undelivered: true };
  return describe(house, ref, begun, begun.failure === undefined ? "sent" : "failed");
}

export function describe(
  house: House,
  ref: ChallengeRef,
  code: { attemptsRemaining: number; expiresAt: number; resendAfterMs: number },
  delivery: Challenge["delivery"],
): Challenge {
  const left = Math.max(0, code.expiresAt - house.clock());
  return {
    channel: "sms",
    phone_display: displayOf(ref.to),
    expires_in_seconds: Math.ceil(left / 1000),
    expires_in_minutes: Math.ceil(left / 60_000),
    attempts_remaining: code.attemptsRemaining,
    resend_after_seconds: Math.ceil(code.resendAfterMs / 1000),
    delivery,
  };
}

/** Reading a number costs more than all else here, and a long one hides enough under any calling code. */
function displayOf(to: string): string {
  if (/^\+[1-9]\d{9,14}$/.test(to)) return `***-***-${to.slice(-4)}`;
  const phone = parseE164(to);
  return phone === undefined ? "***-***-****" : lastFour(phone);
}

/** Throws `too_many_requests` when the limiter said no. */
export async function allowed(
  decision: Promise<{ ok: true } | { ok: false; retryAfterMs: number }>,
): Promise<void> {
  const answer = await decision;
  if (!answer.ok) throw tooManyRequests(answer.retryAfterMs);
}
