import { FactorError } from "../../errors.ts";
import type { DeliveredFactor } from "../../factors/factor.ts";
import { lastFour } from "../../phone/display.ts";
import { parseInternational, parsePhone } from "../../phone/parse.ts";
import { refusedByPolicy } from "../../phone/policy.ts";
import { occasionOf, send, type Challenge } from "../codes/challenge.ts";
import type { Engine } from "../engine.ts";
import { admitLookUp } from "./look-up.ts";
import { mustProve } from "../on-file.ts";
import { findPending, FRESH_MS, provenWithin, toRegister, type Pending } from "../codes/pending.ts";
import type { SessionState } from "../session/session-state.ts";
import { orStillPending } from "../codes/resend.ts";
import type { RequestContext } from "../request-context.ts";

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
  engine: Engine,
  context: RequestContext,
  factor: DeliveredFactor,
  input: PhoneInput,
): Promise<Challenge> {
  const state = await engine.sessions.open(context);
  const onFile = (await engine.accounts.phone(context.user)) ?? undefined;
  if (await mustProve(engine, context, onFile)) requireFresh(engine, state);
  const to = numberOf(factor, input).e164;
  const pending = toRegister(engine, context, factor, to, onFile);
  return orStillPending(
    engine,
    to,
    async () => sendTo(engine, context, pending),
    async () => findPending(engine, context, state),
  );
}

async function sendTo(engine: Engine, context: RequestContext, pending: Pending): Promise<Challenge> {
  // Whether a number is taken is told to signed-in users only, and each look counts for the address and for the account.
  const admission = await admitLookUp(engine, context, occasionOf(context, pending.factor, pending.ref));
  if (await engine.accounts.phoneTaken(pending.ref.to, context.user))
    throw new FactorError("phone_taken", { field: "phone_number" });
  // The form sent twice is a resend: the same code, and no new guesses.
  return (await send(engine, context, pending, { admission })) as Challenge;
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
function requireFresh(engine: Engine, state: SessionState): void {
  if (!provenWithin(engine, state, FRESH_MS))
    throw new FactorError("factor_required", { factors: engine.factors.map((each) => each.name) });
}
