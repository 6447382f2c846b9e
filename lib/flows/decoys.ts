import { systemRandom, makeCode } from "../challenges/code.ts";
import { tooManyRequests, type ChallengeRef, type Purpose } from "../challenges/challenges.ts";
import { FactorError } from "../errors.ts";
import type { DeliveredFactor } from "../factors/factor.ts";
import type { Challenge } from "./challenge.ts";
import { STRANGERS } from "./devices.ts";
import { tell, type House } from "./house.ts";

/** An account that is not there, or has no phone: whoever asks about it is answered as about any other, and nothing is sent. */
export interface Decoy {
  email: string;
  client: string;
  purpose: Purpose;
  /** What is shown of the number, where the asker has named one. */
  phoneDisplay?: string;
}

/** Counts, waits and answers as a send does. */
export async function beginDecoy(house: House, factor: DeliveredFactor, decoy: Decoy): Promise<Challenge> {
  if (factor.transport.off === true) throw new FactorError("delivery_disabled");
  const ref = refOf(house, factor, decoy);
  tell(house, "phone_otp_send_suppressed", {
    factor: factor.name,
    purpose: decoy.purpose,
    channel: factor.channel,
    reason: "unknown_account",
  });
  // A code that nobody is told.
  const code = makeCode(factor.rules.codeLength, systemRandom);
  const { code: _nobodys, ...issued } = await house.tools.challenges.issue(ref, factor.rules, code);
  await house.pace.wait();
  const left = Math.max(0, issued.expiresAt - house.clock());
  return {
    channel: factor.channel,
    phone_display: decoy.phoneDisplay ?? inventedDisplay(ref.to),
    reference: issued.reference,
    expires_in_seconds: Math.ceil(left / 1000),
    expires_in_minutes: Math.ceil(left / 60_000),
    attempts_remaining: issued.attemptsRemaining,
    resend_after_seconds: Math.ceil(issued.resendAfterMs / 1000),
    delivery: "sent",
  };
}

/** Always rejects, as a wrong code does; also where the invented code was hit by luck. */
export async function verifyDecoy(
  house: House,
  factor: DeliveredFactor,
  decoy: Decoy,
  typed: unknown,
): Promise<never> {
  const { field } = factor;
  const code = factor.parse(typed);
  if (code === undefined) throw new FactorError("invalid_code", { field });
  const verdict = await house.tools.challenges.verify(refOf(house, factor, decoy), code, factor.rules);
  if (verdict.outcome === "passed") throw new FactorError("invalid_code", { field, attemptsRemaining: 0 });
  switch (verdict.reason) {
    case "mismatch":
      throw new FactorError("invalid_code", { field, attemptsRemaining: verdict.attemptsRemaining });
    case "exhausted":
      throw new FactorError("attempts_exceeded", { field, attemptsRemaining: 0 });
    case "limited":
      throw tooManyRequests(verdict.retryAfterMs);
    case "disabled":
      throw new FactorError("factor_disabled");
    case "expired":
      throw new FactorError("code_expired");
  }
}

/** Its own keys for everything: what is counted here is nobody's. */
function refOf(house: House, { channel }: DeliveredFactor, { email, client, purpose }: Decoy): ChallengeRef {
  const nobody = `decoy ${house.box.fingerprint(email.toLowerCase())}`;
  return { purpose, account: nobody, to: nobody, binding: client, onFile: true, channel, lane: STRANGERS };
}

/** The same digits for the same email each time. */
function inventedDisplay(nobody: string): string {
  let sum = 0;
  for (const letter of nobody) sum = (sum * 31 + letter.charCodeAt(0)) % 10_000;
  return `***-***-${String(sum).padStart(4, "0")}`;
}
