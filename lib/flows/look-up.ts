import { isFactorError } from "../errors.ts";
import type { Admission } from "../stores/store.ts";
import { reasonOf, tell, type House, type Occasion } from "./house.ts";
import type { Visit } from "./visit.ts";

/**
 * Counts a send that first looks up whose number it is, before anything can be told of the number: for the address, then for the account where there
 * is one. The send that follows hands on the answer, and is not counted again. Throws `too_many_requests`.
 */
export async function admitLookUp(
  house: House,
  visit: Visit,
  occasion: Occasion,
): Promise<Admission | undefined> {
  const admission = house.sends.admit(visit.ip);
  try {
    await admission?.counted;
    if (visit.user !== undefined) await house.sends.consumeForAccount(visit.account);
    return admission;
  } catch (error) {
    tell(house, "phone_otp_send_start", occasion);
    tellSuppressed(house, occasion, error);
    throw error;
  }
}

/** Why nothing was sent, and, where this very send brought it about, that a calling code is paused. */
export function tellSuppressed(house: House, occasion: Occasion, error: unknown): void {
  const reason = reasonOf(error);
  const { limit, tripped } = isFactorError(error) ? error.details : {};
  tell(house, "phone_otp_send_suppressed", occasion, { reason, limit });
  if (tripped === true)
    tell(house, "sends_paused", { ...occasion, account: undefined, ip: undefined }, { reason, limit });
}
