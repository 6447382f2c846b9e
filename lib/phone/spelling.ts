import { plainText } from "../typed-text.ts";
import { callingCodeOf } from "./calling-code.ts";
import { library } from "./library.ts";

/** More than any number with its spaces, marks and brackets. */
export const LONGEST_PHONE_INPUT = 100;

/**
 * A number as people write it, in plain characters: digits, a plus at its front, and what stands between groups. Undefined for anything
 * else: libphonenumber would also find a number inside a sentence, the first of two, and letters for digits.
 */
export function phoneText(typed: unknown): string | undefined {
  if (typeof typed !== "string" || typed.length > LONGEST_PHONE_INPUT) return undefined;
  const text = withoutScheme(plainText(typed).trim())
    ?.replace(/[\p{Ps}]/gu, "(")
    .replace(/[\p{Pe}]/gu, ")")
    .replace(/[·•・∙⁄∕~∼]/gu, "/");
  return text !== undefined && /^[(\s]*\+?[\d\s().\-/]+$/.test(text) ? text : undefined;
}

/** RFC 3966: `tel:+886-912-345-678`, `tel:0912345678;phone-context=+886`. A parameter that names anything but the country makes it another number. */
function withoutScheme(text: string): string | undefined {
  if (!/^tel:/i.test(text)) return text;
  const [number = "", ...parameters] = decoded(text.slice(4)).split(";");
  const [context, ...others] = parameters.map((each) => /^phone-context=(.*)$/i.exec(each)?.[1]);
  if (others.length > 0 || (parameters.length > 0 && context === undefined)) return undefined;
  return context?.startsWith("+") === true && !number.includes("+") ? context + number : number;
}

function decoded(text: string): string {
  try {
    return plainText(decodeURIComponent(text));
  } catch {
    return text;
  }
}

/** Where a second number, or an extension, may begin. Groups of one number are told apart by these marks too, so what stands before it decides. */
export function possibleFirstNumbers(text: string): string[] {
  return [...text.matchAll(/[/(\n\r]/g)].map(({ index }) => text.slice(0, index));
}

/** A calling code that stands twice, as a group of its own: `+49 49 151 …`. */
export function hasDoubledGroup(text: string): boolean {
  const code = text.startsWith("+") ? callingCodeOf(`+${digitsOf(text)}`) : "unknown";
  return new RegExp(`^\\+${code}\\D+${code}\\D`).test(text);
}

/**
 * Other ways to take a number that is none as it stands: an exit code that its country does not have, a calling code that stands twice, a
 * trunk zero in brackets. E.164, or near it.
 */
export function otherReadings(text: string, country?: { callingCode: string }): string[] {
  const readings = new Set<string>();
  for (const spelling of new Set([text, text.replace(/\(\s*0\s*\)/, "")])) {
    for (const number of internationalForms(spelling, country?.callingCode)) {
      readings.add(number);
      const code = callingCodeOf(number);
      if (number.startsWith(`+${code}${code}`)) readings.add(`+${number.slice(1 + code.length)}`);
    }
  }
  return [...readings];
}

function internationalForms(text: string, callingCode: string | undefined): string[] {
  const digits = digitsOf(text);
  const forms: string[] = [];
  if (/^[(\s]*\+/.test(text)) forms.push(`+${digits}`);
  else {
    if (callingCode !== undefined) forms.push(...behindExitCode(digits, callingCode));
    if (callingCode !== undefined && digits.startsWith(callingCode)) forms.push(`+${digits}`);
  }
  if (digits.startsWith("00")) forms.push(`+${digits.slice(2)}`);
  return forms.filter((form) => /^\+[1-9]/.test(form));
}

const digitsOf = (text: string): string => text.replace(/\D/g, "");

/** Numbers behind an exit code of one of the countries: what libphonenumber takes off the front, and nothing that it changes. */
function behindExitCode(digits: string, callingCode: string): string[] {
  const { isoCodes, getCountryCallingCode, parsePhoneNumberFromString } = library();
  return isoCodes
    .filter((iso) => getCountryCallingCode(iso) === callingCode)
    .map((iso) => parsePhoneNumberFromString(digits, iso)?.number.slice(1))
    .filter((number) => number !== undefined && number !== digits && digits.endsWith(number))
    .map((number) => `+${number}`);
}
