import type { FactorErrorCode } from "../errors.ts";
import type { ParsedPhone } from "./parse.ts";

/** Which numbers may be sent to. */
export interface PhonePolicy {
  /** ISO codes; left out: every country. */
  allow?: readonly string[] | undefined;
  /** ISO codes; wins over `allow`. */
  deny?: readonly string[] | undefined;
  blockedTypes: readonly string[];
}

/**
 * Numbers that cost the caller, the app or nobody can read a text on: blocked unless the app says otherwise
 * (Twilio's fraud guide: text mobiles only).
 */
export const BLOCKED_TYPES: readonly string[] = [
  "PREMIUM_RATE",
  "SHARED_COST",
  "TOLL_FREE",
  "UAN",
  "PAGER",
  "VOICEMAIL",
  "PERSONAL_NUMBER",
  "FIXED_LINE",
];

/** Satellite and international networks: no country, a high price, and libphonenumber calls some of them MOBILE. */
const NON_GEOGRAPHIC = new Set(["870", "878", "881", "882", "883", "979"]);

/** Why a number may not be sent to, or undefined. Rules go by the number's own country, not by its calling code (+1 876 is Jamaica). */
export function refusedByPolicy(phone: ParsedPhone, policy: PhonePolicy): FactorErrorCode | undefined {
  if (NON_GEOGRAPHIC.has(phone.callingCode) || phone.country === undefined) return "country_not_allowed";
  if (!countryAllowed(phone.country, policy)) return "country_not_allowed";
  if (phone.type === undefined || policy.blockedTypes.includes(phone.type)) return "invalid_phone_number";
  return undefined;
}

export function countryAllowed(country: string, policy: PhonePolicy): boolean {
  if (policy.deny?.includes(country) === true) return false;
  return policy.allow === undefined || policy.allow.includes(country);
}
