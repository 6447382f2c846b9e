import {
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
  type CountryCode,
  type PhoneNumber,
} from "libphonenumber-js/max";

/** A number that exists on paper: valid for its country's numbering plan. */
export interface ParsedPhone {
  /** `+` and 7 to 15 digits. */
  e164: string;
  /** ISO 3166-1 alpha-2; undefined for numbers of no country (satellite, international networks). */
  country: string | undefined;
  callingCode: string;
  /** As libphonenumber names it: MOBILE, FIXED_LINE, PREMIUM_RATE, ... */
  type: string | undefined;
}

/** Which of the two form fields is wrong. */
export type PhoneField = "country_code" | "phone_number";

const LONGEST_INPUT = 64;

/**
 * Reads a country (ISO code `TW`, or calling code `886`, `+886`) and a national or international number, which must agree.
 * Answers the field at fault for anything else.
 */
export function parsePhone(
  countryCode: unknown,
  phoneNumber: unknown,
): ParsedPhone | { invalid: PhoneField } {
  if (typeof countryCode !== "string" || countryCode.length > LONGEST_INPUT)
    return { invalid: "country_code" };
  const country = readCountry(countryCode.trim());
  if (country === undefined) return { invalid: "country_code" };
  if (typeof phoneNumber !== "string" || phoneNumber.length > LONGEST_INPUT)
    return { invalid: "phone_number" };
  const parsed = parseNumber(phoneNumber.trim(), country);
  if (parsed === undefined || !parsed.isValid() || parsed.ext !== undefined)
    return { invalid: "phone_number" };
  if (parsed.countryCallingCode !== country.callingCode) return { invalid: "phone_number" };
  return describePhone(parsed);
}

/** Reads a number in the international form, with its plus; however it is spaced. */
export function parseInternational(phoneNumber: unknown): ParsedPhone | { invalid: PhoneField } {
  if (
    typeof phoneNumber !== "string" ||
    phoneNumber.length > LONGEST_INPUT ||
    !/^\s*[+\uFF0B]/.test(phoneNumber)
  )
    return { invalid: "phone_number" };
  const parsed = parseNumber(phoneNumber.trim(), { iso: undefined, callingCode: "" });
  if (parsed === undefined || !parsed.isValid() || parsed.ext !== undefined)
    return { invalid: "phone_number" };
  return describePhone(parsed);
}

/** Reads an E.164 number that the app has on file. */
export function parseE164(e164: string): ParsedPhone | undefined {
  const parsed = /^\+[1-9]\d{6,14}$/.test(e164) ? parsePhoneNumberFromString(e164) : undefined;
  return parsed === undefined ? undefined : describePhone(parsed);
}

interface Country {
  iso: CountryCode | undefined;
  callingCode: string;
}

const callingCodes = new Set<string>(getCountries().map((iso) => getCountryCallingCode(iso)));
const countries = new Set<string>(getCountries());

function readCountry(typed: string): Country | undefined {
  const iso = typed.toUpperCase();
  if (countries.has(iso))
    return { iso: iso as CountryCode, callingCode: getCountryCallingCode(iso as CountryCode) };
  const digits = /^\+?([1-9]\d{0,2})$/.exec(typed)?.[1];
  // A calling code of no country (satellite) is let through here, so that the policy can say why it refuses it.
  if (digits !== undefined && (callingCodes.has(digits) || /^8[78]|^979$/.test(digits))) {
    return { iso: undefined, callingCode: digits };
  }
  return undefined;
}

function parseNumber(typed: string, country: Country): PhoneNumber | undefined {
  // Only what people write numbers with; libphonenumber would also find a number inside a sentence.
  if (!/^[+\p{Nd}\uFF0B\s().\-\u2010-\u2015\u00A0/]+$/u.test(typed)) return undefined;
  if (country.iso !== undefined) return parsePhoneNumberFromString(typed, country.iso);
  const international = /^[+\uFF0B]/.test(typed);
  return international
    ? parsePhoneNumberFromString(typed)
    : parsePhoneNumberFromString(typed, { defaultCallingCode: country.callingCode });
}

function describePhone(parsed: PhoneNumber): ParsedPhone {
  return {
    e164: parsed.number,
    country: parsed.country,
    callingCode: parsed.countryCallingCode,
    type: parsed.getType(),
  };
}
