import type { Verdict } from "../challenges/challenges.ts";
import type { SavedVerdict } from "../challenges/saved-proofs.ts";
import { FactorError, isFactorError, tooManyRequests } from "../errors.ts";
import {
  isDelivered,
  type DeliveredFactor,
  type Factor,
  type SavedFactor,
  type TypedCode,
} from "../factors/factor.ts";
import type { Admission } from "../stores/store.ts";
import { alone, bindPhone } from "./binding.ts";
import {
  describePending,
  heldChallenge,
  hold,
  newChallenge,
  occasionOf,
  send,
  type Challenge,
  type Held,
} from "./challenge.ts";
import { tell, type House, type Occasion } from "./house.ts";
import { holderOf, mayReach } from "./on-file.ts";
import { lastFailure, noteOutcome } from "./provider-outcomes.ts";
import type { SessionState } from "./session-state.ts";
import type { Visit } from "./visit.ts";

/** What a passed factor is worth. */
export interface Proof {
  method: string;
  /** RFC 8176. */
  amr: string[];
  purpose: string;
  /** With a backup code: how many are left, and whether that is low. */
  remaining?: number;
  low?: boolean;
}

/**
 * Sends the code, or repeats the live one: to the number that this session is registering, else to the number on file. Another
 * channel repeats the same code. Throws `not_enrolled`, `too_many_requests`, `factor_disabled`, `delivery_failed`, `sends_paused`.
 */
export async function begin(house: House, visit: Visit, factor: DeliveredFactor): Promise<Challenge> {
  const state = await house.sessions.open(visit);
  const held =
    (await heldChallenge(house, visit, state, factor)) ?? (await freshChallenge(house, visit, state, factor));
  if (!mayReach(factor, { phone: held.ref.to })) throw new FactorError("country_not_allowed");
  return send(house, visit, state, held);
}

async function freshChallenge(
  house: House,
  visit: Visit,
  state: SessionState,
  factor: DeliveredFactor,
): Promise<Held> {
  const to = (await house.accounts.phone(visit.user)) ?? undefined;
  if (to === undefined) throw new FactorError("not_enrolled");
  const purpose = state.passed.length > 0 ? "step-up" : "login";
  return hold(house, visit, newChallenge(purpose, factor.name), factor, to, true);
}

/** The pending code of this session. Throws `no_challenge`. */
export async function pending(house: House, visit: Visit): Promise<Challenge> {
  const state = await house.sessions.open(visit);
  const held = await heldChallenge(house, visit, state);
  const answer = held === undefined ? undefined : await held.factor.read(held.ref, house.tools);
  if (held === undefined || answer?.challenge === undefined) throw new FactorError("no_challenge");
  return describePending(house, held, { ...answer.challenge, resendAfterMs: answer.resendAfterMs });
}

/** Forgets the pending code and, where a number was being registered, that number. */
export async function startOver(house: House, visit: Visit): Promise<void> {
  const state = await house.sessions.open(visit);
  const held = await heldChallenge(house, visit, state);
  delete state.challenge;
  if (held !== undefined) await held.factor.revoke(held.ref, false, house.tools);
}

/**
 * Judges what was typed. On success the session has a new id and says which factor passed and when; a number that was being
 * registered is on file. Throws `invalid_code`, `attempts_exceeded`, `code_expired`, `too_many_requests`, `factor_disabled`, `phone_taken`.
 */
export async function verify(house: House, visit: Visit, factor: Factor, response: unknown): Promise<Proof> {
  const state = await house.sessions.open(visit);
  const deliver = () => verifyDelivered(house, visit, state, factor as DeliveredFactor, response);
  const binds = state.challenge?.purpose === "phone";
  const proof = !isDelivered(factor)
    ? await verifySaved(house, visit, factor as SavedFactor, response)
    : await (binds ? alone(house, visit, deliver) : deliver());
  delete state.challenge;
  await house.sessions.pass(visit, state, { factor: factor.name, amr: proof.amr, at: house.clock() });
  house.devices.remember(visit.request, visit.account);
  return proof;
}

async function verifyDelivered(
  house: House,
  visit: Visit,
  state: SessionState,
  factor: DeliveredFactor,
  response: unknown,
): Promise<Proof> {
  const held = await heldChallenge(house, visit, state, factor);
  const occasion = occasionOf(visit, factor, held);
  tell(house, "phone_otp_verify_start", occasion);
  if (held === undefined || !held.pending.sentBy.includes(factor.name))
    throw refused(house, visit, factor, occasion, { outcome: "failed", reason: "expired" });
  const proof = await judgeDelivered(house, visit, held, response, factor);
  delete state.challenge;
  if (held.ref.purpose === "phone") await bindPhone(house, visit, held, occasion);
  tell(house, "phone_otp_verify_completed", occasion);
  return proof;
}

/** Judges a typed code of a held challenge, and tells of it; what a pass is worth is the caller's matter. */
export async function judgeDelivered(
  house: House,
  visit: Visit,
  held: Held,
  response: unknown,
  factor: DeliveredFactor = held.factor,
): Promise<Proof> {
  const occasion = occasionOf(visit, factor, held);
  const code = factor.parse(response);
  if (code === undefined) throw new FactorError("invalid_code", { field: factor.field });
  const receipt = held.pending.receipts?.[factor.name];
  const managed = receipt?.managed === true ? receipt.id : undefined;
  // Whoever is over the address's limit learns nothing, and uses nothing up.
  const admission = house.guesses.admit(visit.ip);
  const verdict = await (receipt?.managed === true && managed === undefined
    ? judgeUnsent(house, held, admission)
    : judgeSent(house, held, { code, managed, admission }, factor));
  if (verdict.outcome === "failed") throw refused(house, visit, factor, occasion, verdict);
  if (verdict.resumed) tell(house, "sends_resumed", occasion, { reason: "verified" });
  return { method: factor.name, amr: [factor.amr], purpose: held.ref.purpose };
}

/** A managed verifier has no code where nothing was sent: counted as a wrong one is, in about the time that it takes to ask. */
async function judgeUnsent(house: House, held: Held, admission: Admission | undefined): Promise<Verdict> {
  const { ref, factor } = held;
  return house.tools.challenges.verifyElsewhere(ref, factor.rules, admission, async () => {
    const [failure] = await Promise.all([lastFailure(house, held, "check"), house.pace.wait(factor)]);
    if (failure !== undefined) throw new FactorError("verifier_unavailable", { retryAfter: 5 });
    return "wrong";
  });
}

/** For a managed verifier, whose answers `judgeUnsent` imitates, it is remembered whether it answered. */
async function judgeSent(
  house: House,
  held: Held,
  attempt: TypedCode,
  factor: DeliveredFactor,
): Promise<Verdict> {
  const judged = factor.verify(held.ref, attempt, house.tools);
  if (attempt.managed === undefined) return judged;
  try {
    const verdict = await judged;
    // Only what was right or wrong was asked about.
    if (verdict.outcome === "passed" || verdict.reason === "mismatch")
      await noteOutcome(house, held, "check", undefined);
    return verdict;
  } catch (error) {
    if (isFactorError(error) && error.code === "verifier_unavailable")
      await noteOutcome(house, held, "check", error);
    throw error;
  }
}

async function verifySaved(
  house: House,
  visit: Visit,
  factor: SavedFactor,
  response: unknown,
): Promise<Proof> {
  const occasion = occasionOf(visit, factor);
  const code = factor.parse(response);
  if (code === undefined) throw new FactorError("invalid_code", { field: factor.field });
  const holder = await holderOf(house, visit);
  await house.guesses.consume(visit.ip);
  const verdict = await factor.verify(holder, code, house.tools);
  if (verdict.outcome === "failed") throw refused(house, visit, factor, occasion, verdict);
  const { remaining } = verdict;
  const low = remaining <= factor.low;
  tell(house, "backup_code_used", occasion, { remaining });
  house.notify(visit, { kind: "backup_code_used", remaining });
  if (low) {
    tell(house, "backup_codes_low", occasion, { remaining });
    house.notify(visit, { kind: "backup_codes_low", remaining });
  }
  return { method: factor.name, amr: [factor.amr], purpose: occasion.purpose, remaining, low };
}

function refused(
  house: House,
  visit: Visit,
  { field }: Factor,
  occasion: Occasion,
  verdict: Exclude<Verdict | SavedVerdict, { outcome: "passed" }>,
): FactorError {
  if ("nowLocked" in verdict) tellConsequences(house, visit, occasion, verdict);
  const mismatch = field === "pin_number" ? "phone_otp_verify_code_mismatch" : "backup_code_mismatch";
  switch (verdict.reason) {
    case "mismatch":
      tell(house, mismatch, occasion);
      return new FactorError("invalid_code", { field, attemptsRemaining: verdict.attemptsRemaining });
    case "exhausted":
      tell(house, mismatch, occasion, { reason: "attempts_exceeded" });
      return new FactorError("attempts_exceeded", { field, attemptsRemaining: 0 });
    case "limited":
      return tooManyRequests(verdict.retryAfterMs);
    case "disabled":
      return new FactorError("factor_disabled");
    case "missing":
      return new FactorError("not_enrolled");
    case "expired":
      tell(house, "phone_otp_verify_invalid_or_expired", occasion, { reason: "code_expired" });
      return new FactorError("code_expired");
  }
}

function tellConsequences(
  house: House,
  visit: Visit,
  occasion: Occasion,
  { nowDisabled, nowLocked }: { nowDisabled?: boolean; nowLocked?: boolean },
): void {
  // A sign-up has nobody yet who could be told.
  const somebody = visit.user !== undefined;
  if (nowDisabled === true) {
    tell(house, "factor_disabled", occasion);
    if (somebody) house.notify(visit, { kind: "factor_disabled" });
  }
  if (nowLocked === true) {
    tell(house, "account_locked", occasion);
    if (somebody) house.notify(visit, { kind: "account_locked" });
  }
}
