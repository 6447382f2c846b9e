import type { Verdict } from "../challenges/challenges.ts";
import { tooManyRequests } from "../challenges/challenges.ts";
import type { SavedVerdict } from "../challenges/saved-proofs.ts";
import { FactorError } from "../errors.ts";
import {
  isDelivered,
  type DeliveredFactor,
  type Factor,
  type Holder,
  type SavedFactor,
} from "../factors/factor.ts";
import { parseE164 } from "../phone/parse.ts";
import { refusedByPolicy } from "../phone/policy.ts";
import {
  allowed,
  describePending,
  heldChallenge,
  hold,
  newChallenge,
  send,
  type Challenge,
  type Held,
} from "./challenge.ts";
import { tell, type House, type Occasion } from "./house.ts";
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

export async function holderOf(house: House, visit: Visit): Promise<Holder> {
  const phone = (await house.accounts.phone(visit.user)) ?? undefined;
  const lane = house.devices.laneOf(visit.request, visit.account);
  return { account: visit.account, phone, lane };
}

/** The factors on file for the visiting account, in the order of the app's list. */
export async function enrolled(house: House, visit: Visit): Promise<Factor[]> {
  const holder = await holderOf(house, visit);
  const onFile = await Promise.all(
    house.factors.map(async (each) => mayReach(each, holder) && each.enrolled(holder, house.tools)),
  );
  return house.factors.filter((_, i) => onFile[i]);
}

/** A number is proven under the rules of text messages; other channels have rules of their own, and are not offered against them. */
function mayReach(factor: Factor, { phone }: Holder): boolean {
  if (!isDelivered(factor) || factor.channel === "sms" || phone === undefined) return true;
  const parsed = parseE164(phone);
  return parsed !== undefined && refusedByPolicy(parsed, factor.phones) === undefined;
}

/**
 * Sends the code, or repeats the live one: to the number that this session is registering, else to the number on file. Another
 * channel repeats the same code. Throws `not_enrolled`, `too_many_requests`, `factor_disabled`, `delivery_failed`, `sends_paused`.
 */
export async function begin(house: House, visit: Visit, factor: DeliveredFactor): Promise<Challenge> {
  const state = await house.sessions.open(visit);
  const held =
    (await heldChallenge(house, visit, state, factor)) ?? (await freshChallenge(house, visit, state, factor));
  if (!mayReach(factor, { account: visit.account, phone: held.ref.to, lane: held.ref.lane }))
    throw new FactorError("country_not_allowed");
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
  const proof = isDelivered(factor)
    ? await verifyDelivered(house, visit, state, factor, response)
    : await verifySaved(house, visit, factor as SavedFactor, response);
  delete state.challenge;
  await house.sessions.pass(visit, state, { factor: factor.name, amr: proof.amr, at: house.clock() });
  house.devices.remember(visit.request, visit.account);
  return proof;
}

function occasionOf(visit: Visit, factor: Factor, held?: Held): Occasion {
  return {
    account: visit.account,
    factor: factor.name,
    purpose: held?.ref.purpose ?? "login",
    to: held?.ref.to,
    ...(isDelivered(factor) ? { channel: factor.channel } : {}),
    ...(visit.ip === undefined ? {} : { ip: visit.ip }),
  };
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
  const code = factor.parse(response);
  if (code === undefined) throw new FactorError("invalid_code", { field: factor.field });
  const { receipt } = held.pending;
  const managed = receipt?.managed === true ? receipt.id : undefined;
  const verdict = await judged(house, visit, factor.verify(held.ref, { code, managed }, house.tools));
  if (verdict.outcome === "failed") throw refused(house, visit, factor, occasion, verdict);
  delete state.challenge;
  if (verdict.resumed) tell(house, "sends_resumed", { ...occasion, reason: "verified" });
  if (held.ref.purpose === "phone") await bindPhone(house, visit, held, occasion);
  tell(house, "phone_otp_verify_completed", occasion);
  return { method: factor.name, amr: [factor.amr], purpose: held.ref.purpose };
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
  const verdict = await judged(house, visit, factor.verify(holder, code, house.tools));
  if (verdict.outcome === "failed") throw refused(house, visit, factor, occasion, verdict);
  const { remaining } = verdict;
  const low = remaining <= factor.low;
  tell(house, "backup_code_used", { ...occasion, remaining });
  house.notify(visit, { kind: "backup_code_used", remaining });
  if (low) {
    tell(house, "backup_codes_low", { ...occasion, remaining });
    house.notify(visit, { kind: "backup_codes_low", remaining });
  }
  return { method: factor.name, amr: [factor.amr], purpose: occasion.purpose, remaining, low };
}

/** Both leave in one tick. Whoever is over the address's limit learns nothing of the verdict. */
async function judged<Answer>(house: House, visit: Visit, verdict: Promise<Answer>): Promise<Answer> {
  const [counted, answer] = await Promise.allSettled([allowed(house.guesses.consume(visit.ip)), verdict]);
  if (counted.status === "rejected") throw counted.reason;
  if (answer.status === "rejected") throw answer.reason;
  return answer.value;
}

async function bindPhone(house: House, visit: Visit, held: Held, occasion: Occasion): Promise<void> {
  const previous = (await house.accounts.phone(visit.user)) ?? undefined;
  const saved = await house.accounts.setPhone(visit.user, held.ref.to);
  if (!saved) throw new FactorError("phone_taken", { field: "phone_number" });
  await house.tools.challenges.reset(visit.account);
  const changed = previous !== undefined && previous !== held.ref.to;
  tell(house, changed ? "phone_changed" : "phone_registered", occasion);
  house.notify(
    visit,
    changed ? { kind: "phone_changed", previous_phone: previous } : { kind: "phone_registered" },
  );
}

function refused(
  house: House,
  visit: Visit,
  { field }: Factor,
  occasion: Occasion,
  verdict: Exclude<Verdict | SavedVerdict, { outcome: "passed" }>,
): FactorError {
  if ("nowDisabled" in verdict) tellConsequences(house, visit, occasion, verdict);
  const mismatch = field === "pin_number" ? "phone_otp_verify_code_mismatch" : "backup_code_mismatch";
  switch (verdict.reason) {
    case "mismatch":
      tell(house, mismatch, occasion);
      return new FactorError("invalid_code", { field, attemptsRemaining: verdict.attemptsRemaining });
    case "exhausted":
      tell(house, mismatch, { ...occasion, reason: "attempts_exceeded" });
      return new FactorError("attempts_exceeded", { field, attemptsRemaining: 0 });
    case "limited":
      return tooManyRequests(verdict.retryAfterMs);
    case "disabled":
      return new FactorError("factor_disabled");
    case "missing":
      return new FactorError("not_enrolled");
    case "expired":
      tell(house, "phone_otp_verify_invalid_or_expired", { ...occasion, reason: "code_expired" });
      return new FactorError("code_expired");
  }
}

function tellConsequences(
  house: House,
  visit: Visit,
  occasion: Occasion,
  { nowDisabled, nowLocked }: { nowDisabled: boolean; nowLocked: boolean },
): void {
  if (nowDisabled) {
    tell(house, "factor_disabled", occasion);
    house.notify(visit, { kind: "factor_disabled" });
  }
  if (nowLocked) {
    tell(house, "account_locked", occasion);
    house.notify(visit, { kind: "account_locked" });
  }
}
