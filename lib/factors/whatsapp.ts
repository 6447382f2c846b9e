import type { CodeFactor } from "./factor.ts";
import { phoneFactor, phoneSchema, TEXT_DEFAULTS, type PhoneFactorOptions } from "./phone-options.ts";

/** Options of `whatsapp`; docs/options.md has every default, unit and range. */
export type WhatsappOptions = PhoneFactorOptions;

export const whatsappSchema = phoneSchema(TEXT_DEFAULTS);

/**
 * Codes by WhatsApp: the same code, guesses and life as the text message's. Off unless it is in the app's list. Throws a
 * TypeError that names the option when one is missing or out of range.
 */
export function whatsapp(options: WhatsappOptions): CodeFactor {
  // RFC 8176 has no value for messengers; "otp" is a one-time password by whatever means.
  const channel = { name: "whatsapp", amr: "otp", defaults: TEXT_DEFAULTS } as const;
  return phoneFactor({ ...channel, carriesText: false }, options);
}
