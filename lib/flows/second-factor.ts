import type { Verdict } from "../challenges/challenges.ts";
import { tooManyRequests } from "../challenges/challenges.ts";
import { FactorError } from "../errors.ts";
import type { Factor } from "../factors/factor.ts";
import {
  allowed,
  describe,
  heldChallenge,
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
}

/**
 * Sends the code, or repeats the live one: to the number that this session is registering, else to the number on file.
 * Throws `not_enrolled`, `too_many_requests`, `factor_disabled`, `delivery_failed`.
 */
export async function begin(house: House, visit: Visit, factor: Factor): Promise<Challenge> {
  const state = await house.sessions.open(visit);
  const held =
    (await heldChallenge(house, visit, state)) ?? (await freshChallenge(house, visit, state, factor));
  return send(house, visit, state, held);
}

async function freshChallenge(
  house: House,
  visit: Visit,
  state: SessionState,
  factor: Factor,
): Promise<Held> {
  const to = (await house.accounts.phone(visit.user)) ?? undefined;
  if (to === undefined) throw new FactorError("not_enrolled");
  const purpose = state.passed.some((each) => each.factor === factor.name) ? "step-up" : "login";
  const pending = newChallenge(purpose, factor.name);
  const ref = {
    purpose: pending.purpose,
    binding: pending.binding,
    account: visit.account,
    to,
    onFile: true,
  };
  return { pending, factor, ref };
}

/** The pending code of this session. Throws `no_challenge`. */
export async function pending(house: House, visit: Visit): Promise<Challenge> {
  const state = await house.sessions.open(visit);
  const held = await heldChallenge(house, visit, state);
  const answer = held === undefined ? undefined : await held.factor.read(held.ref, house.tools);
  if (held === undefined || answer?.challenge === undefined) throw new FactorError("no_challenge");
  const delivery = held.pending.undelivered === true ? "failed" : "sent";
  return describe(house, held.ref, { ...answer.challenge, resendAfterMs: answer.resendAfterMs }, delivery);
}

/** Forgets the pending code and, where a number was being registered, that number. */
export async function startOver(house: House, visit: Visit): Promise<void> {
  const state = await house.sessions.open(visit);
  const held = await heldChallenge(house, visit, state);
  delete state.challenge;
  if (held !== undefined) await held.factor.revoke(held.ref, false, house.tools);
}

/**
 * Judges a typed code. On success the session has a new id and says which factor passed and when; a number that was being
 * registered is on file. Throws `invalid_code`, `attempts_exceeded`, `code_expired`, `too_many_requests`, `factor_disabled`, `phone_taken`.
 */
export async function verify(house: House, visit: Visit, factor: Factor, response: unknown): Promise<Proof> {
  const state = await house.sessions.open(visit);
  const held = await heldChallenge(house, visit, state);
  const occasion = {
    account: visit.account,
    factor: factor.name,
    purpose: held?.ref.purpose ?? "login",
    to: held?.ref.to,
  };
  tell(house, "phone_otp_verify_start", occasion);
  if (held === undefined || held.factor !== factor)
    throw refused(house, occasion, { outcome: "failed", reason: "expired" });
  const code = factor.parse(response);
  if (code === undefined) throw new FactorError("invalid_code", { field: "pin_number" });
  // Both leave in one tick. Whoever is over the address's limit learns nothing of the verdict.
  const [counted, judged] = await Promise.allSettled([
    allowed(house.guesses.consume(visit.ip)),
    factor.verify(held.ref, code, house.tools),
  ]);
  if (counted.status === "rejected") throw counted.reason;
  if (judged.status === "rejected") throw judged.reason;
  const verdict = judged.value;
  if (verdict.outcome === "failed") throw refused(house, occasion, verdict);
  delete state.challenge;
  if (held.ref.purpose === "phone") await bindPhone(house, visit, held, occasion);
  const proof: Proof = { method: factor.name, amr: [factor.amr], purpose: held.ref.purpose };
  await house.sessions.pass(visit, state, { factor: factor.name, amr: proof.amr, at: house.clock() });
  tell(house, "phone_otp_verify_completed", occasion);
  return proof;
}

async function bindPhone(house: House, visit: Visit, held: Held, occasion: Occasion): Promise<void> {
  const saved = await house.accounts.setPhone(visit.user, held.ref.to);
  if (!saved) throw new FactorError("phone_taken", { field: "phone_number" });
  await house.tools.challenges.reset(visit.account);
  tell(house, "phone_registered", occasion);
}

function refused(
  house: House,
  occasion: Occasion,
  verdict: Exclude<Verdict, { outcome: "passed" }>,
): FactorError {
  if ("nowDisabled" in verdict && verdict.nowDisabled) tell(house, "factor_disabled", occasion);
  switch (verdict.reason) {
    case "mismatch":
      tell(house, "phone_otp_verify_code_mismatch", occasion);
      return new FactorError("invalid_code", {
        field: "pin_number",
        attemptsRemaining: verdict.attemptsRemaining,
      });
    case "exhausted":
      tell(house, "phone_otp_verify_code_mismatch", { ...occasion, reason: "attempts_exceeded" });
      return new FactorError("attempts_exceeded", { field: "pin_number", attemptsRemaining: 0 });
    case "limited":
      return tooManyRequests(verdict.retryAfterMs);
    case "disabled":
      return new FactorError("factor_disabled");
    case "expired":
      tell(house, "phone_otp_verify_invalid_or_expired", { ...occasion, reason: "code_expired" });
      return new FactorError("code_expired");
  }
}
