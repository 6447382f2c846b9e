import { inProduction } from "../environment.ts";
import type { CodeFactor } from "./factor.ts";
import { textMessage } from "./message-text.ts";
import { phoneFactor, phoneSchema, TEXT_DEFAULTS, type PhoneFactorOptions } from "./phone-options.ts";

/** Options of `sms`; docs/options.md has every default, unit and range. */
export type SmsOptions = PhoneFactorOptions;

export const smsSchema = phoneSchema(TEXT_DEFAULTS);

/**
 * Codes by text message. Throws a TypeError that names the option when one is missing, unknown or out of range.
 *
 * @example
 * const factors = createFactors({ secret, accounts, factors: [sms({ transport, countries: { allow: ["TW", "JP"] } })] });
 */
export function sms(options: SmsOptions): CodeFactor {
  const factor = phoneFactor(
    { name: "sms", amr: "sms", defaults: TEXT_DEFAULTS, provesNumbers: true, message: textMessage },
    options,
  );
  if (options.countries?.allow === undefined) warnOfEveryCountry();
  return factor;
}

/** Fraudsters earn on texts to far-away numbers; who does not say where the users are pays for that. */
function warnOfEveryCountry(): void {
  if (!inProduction()) return;
  process.emitWarning("sms: codes may be sent to every country; set countries.allow to those of your users", {
    code: "PASSPORT_FACTORS_EVERY_COUNTRY",
  });
}
