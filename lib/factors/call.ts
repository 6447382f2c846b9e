import { BLOCKED_TYPES } from "../phone/policy.ts";
import type { CodeFactor } from "./factor.ts";
import { spokenMessage } from "./message-text.ts";
import { phoneFactor, phoneSchema, type ChannelDefaults, type PhoneFactorOptions } from "./phone-options.ts";

/** Options of `call`; docs/options.md has every default, unit and range. */
export type CallOptions = PhoneFactorOptions;

/** Calls cost more than texts and can be answered on a landline. */
const CALL_DEFAULTS: ChannelDefaults = {
  blockedTypes: BLOCKED_TYPES.filter((type) => type !== "FIXED_LINE"),
  cooldownSeconds: [60],
  sendsPerHour: 3,
  sendsPerDay: 10,
};

export const callSchema = phoneSchema(CALL_DEFAULTS);

/**
 * Codes that a call reads out: the same code, guesses and life as the text message's, with sends of its own that are counted
 * more tightly. Off unless it is in the app's list. Throws a TypeError that names the option when one is missing or out of range.
 *
 * @example
 * const factors = createFactors({ secret, accounts, factors: [sms({ transport }), call({ transport, countries: { allow: ["TW"] } })] });
 */
export function call(options: CallOptions): CodeFactor {
  // RFC 8176: "tel", confirmation by a telephone call.
  const channel = { name: "call", amr: "tel", defaults: CALL_DEFAULTS } as const;
  return phoneFactor({ ...channel, message: spokenMessage, carriesText: false, readOut: true }, options);
}
