import { FactorError } from "../errors.ts";
import type { DeliveredFactor } from "../factors/factor.ts";
import { lastFour } from "../phone/display.ts";
import { parseInternational, parsePhone } from "../phone/parse.ts";
import { refusedByPolicy } from "../phone/policy.ts";
import { occasionOf, send, type Challenge } from "./challenge.ts";
import type { House } from "./house.ts";
import { admitLookUp } from "./look-up.ts";
import { mustProve } from "./on-file.ts";
import { findPending, FRESH_MS, orStillPending, provenWithin, toRegister, type Pending } from "./pending.ts";
import type { SessionState } from "./session-state.ts";
import type { Visit } from "./visit.ts";

/** A new number as a form or a JSON body gives it; any type may arrive. */
export type PhoneInput =
  | {
      /** ISO 3166-1 alpha-2 (`TW`) or calling code (`886`, `+886`). */
      country_code: unknown;
      /** National or international. */
      phone_number: unknown;
    }
  /** International, with its plus. */
  | { e164: unknown };

/**
 * Sends a code to a number that the signed-in account wants to register. The number counts for nothing until its code is typed.
 * Throws `invalid_phone_number` (with `field`), `country_not_allowed`, `phone_taken`, `factor_required`, `too_many_requests`, `delivery_failed`.
 */
export async function register(
  house: House,
  visit: Visit,
  factor: DeliveredFactor,
  input: PhoneInput,
): Promise<Challenge> {
  const state = await house.sessions.open(visit);
  const onFile = (await house.accounts.phone(visit.user)) ?? undefined;
  if (await mustProve(house, visit, onFile)) requireFresh(house, state);
  const to = numberOf(factor, input).e164;
  const pending = toRegister(house, visit, factor, to, onFile);
  return orStillPending(
    to,
    async () => sendTo(house, visit, pending),
    async () => findPending(house, visit, state),
  );
}

async function sendTo(house: House, visit: Visit, pending: Pending): Promise<Challenge> {
  // Whether a number is taken is told to signed-in users only, and each look counts for the address and for the account.
  const admission = await admitLookUp(house, visit, occasionOf(visit, pending.factor, pending.ref));
  if (await house.accounts.phoneTaken(pending.ref.to, visit.user))
    throw new FactorError("phone_taken", { field: "phone_number" });
  // The form sent twice is a resend: the same code, and no new guesses.
  return (await send(house, visit, pending, { admission })) as Challenge;
}

/** The number, where it is one that may be registered. Throws `invalid_phone_number`, `country_not_allowed`, each with `field`. */
export function numberOf(factor: DeliveredFactor, input: PhoneInput): { e164: string; display: string } {
  const phone =
    "e164" in input ? parseInternational(input.e164) : parsePhone(input.country_code, input.phone_number);
  if ("invalid" in phone) throw new FactorError("invalid_phone_number", { field: phone.invalid });
  const refused = refusedByPolicy(phone, factor.phones);
  const field = "e164" in input ? "phone_number" : "country_code";
  if (refused === "country_not_allowed") throw new FactorError(refused, { field });
  if (refused !== undefined) throw new FactorError(refused, { field: "phone_number" });
  return { e164: phone.e164, display: lastFour(phone) };
}

/** A password alone must not be enough to move the second factor to another phone. */
function requireFresh(house: House, state: SessionState): void {
  if (!provenWithin(house, state, FRESH_MS))
    throw new FactorError("factor_required", { factors: house.factors.map((each) => each.name) });
}
