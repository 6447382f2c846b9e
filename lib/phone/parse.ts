import type { CountryCode, PhoneNumber } from "libphonenumber-js/max";
import { plainText } from "../typed-text.ts";
import { library } from "./library.ts";
import {
  hasDoubledGroup,
  LONGEST_PHONE_INPUT,
  otherReadings,
  phoneText,
  possibleFirstNumbers,
} from "./spelling.ts";

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

/**
 * Reads a country (ISO code `TW`, or calling code `886`, `+886`) and a national or international number, which must agree.
 * Answers the field at fault for anything else.
 */
export function parsePhone(
  countryCode: unknown,
  phoneNumber: unknown,
): ParsedPhone | { invalid: PhoneField } {
  const country = readCountry(countryCode);
  if (country === undefined) return { invalid: "country_code" };
  const text = phoneText(phoneNumber);
  const parsed = text === undefined ? undefined : readNumber(text, country);
  return parsed === undefined ? { invalid: "phone_number" } : describePhone(parsed);
}

/** Reads a number in the international form, with its plus or `00`; however it is spaced. */
export function parseInternational(phoneNumber: unknown): ParsedPhone | { invalid: PhoneField } {
  const text = phoneText(phoneNumber);
  const parsed = text !== undefined && /^[(\s]*(\+|00)/.test(text) ? readNumber(text) : undefined;
  return parsed === undefined ? { invalid: "phone_number" } : describePhone(parsed);
}

/** Reads an E.164 number that the app has on file. */
export function parseE164(e164: string): ParsedPhone | undefined {
  const parsed = /^\+[1-9]\d{6,14}$/.test(e164) ? library().parsePhoneNumberFromString(e164) : undefined;
  return parsed === undefined ? undefined : describePhone(parsed);
}

interface Country {
  iso: CountryCode | undefined;
  callingCode: string;
}

function readCountry(countryCode: unknown): Country | undefined {
  if (typeof countryCode !== "string" || countryCode.length > LONGEST_PHONE_INPUT) return undefined;
  const typed = plainText(countryCode).trim();
  const iso = typed.toUpperCase();
  const { countries, callingCodes, getCountryCallingCode } = library();
  if (countries.has(iso))
    return { iso: iso as CountryCode, callingCode: getCountryCallingCode(iso as CountryCode) };
  const digits = /^\+? ?([1-9]\d{0,2})$/.exec(typed)?.[1];
  // A calling code of no country (satellite) is let through here, so that the policy can say why it refuses it.
  if (digits !== undefined && (callingCodes.has(digits) || /^8[78]|^979$/.test(digits))) {
    return { iso: undefined, callingCode: digits };
  }
  return undefined;
}

/** The one number that a text can be. Where it can be two, it is none: a code must not go to a stranger. */
function readNumber(text: string, country?: Country): PhoneNumber | undefined {
  const read = (spelling: string) => validNumber(spelling, country);
  if (possibleFirstNumbers(text).some(read)) return undefined;
  const literal = read(text);
  if (literal !== undefined && !hasDoubledGroup(text)) return literal;
  const found = [literal, ...otherReadings(text, country).map(read)].filter((each) => each !== undefined);
  return new Set(found.map((each) => each.number)).size === 1 ? found[0] : undefined;
}

function validNumber(text: string, country: Country | undefined): PhoneNumber | undefined {
  const parsed = parseNumber(text, country);
  if (parsed === undefined || !parsed.isValid() || parsed.ext !== undefined) return undefined;
  return country === undefined || parsed.countryCallingCode === country.callingCode ? parsed : undefined;
}

function parseNumber(text: string, country: Country | undefined): PhoneNumber | undefined {
  const { parsePhoneNumberFromString } = library();
  if (country === undefined || /^[(\s]*\+/.test(text)) return parsePhoneNumberFromString(text);
  return country.iso === undefined
    ? parsePhoneNumberFromString(text, { defaultCallingCode: country.callingCode })
    : parsePhoneNumberFromString(text, country.iso);
}

function describePhone(parsed: PhoneNumber): ParsedPhone {
  return {
    e164: parsed.number,
    country: parsed.country,
    callingCode: parsed.countryCallingCode,
    type: parsed.getType(),
  };
}
