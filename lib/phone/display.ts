import { library } from "./library.ts";
import type { ParsedPhone } from "./parse.ts";

/** The whole number with its calling code, in the groups of its country: for who has just typed it. */
export const inFull = (e164: string): string =>
  library().parsePhoneNumberFromString(e164)?.formatInternational() ?? e164;

/** `***-***-8900`: the last four digits and nothing else; fewer of a very short number, so that two stay hidden. */
export function lastFour(phone: ParsedPhone): string {
  const national = phone.e164.slice(1 + phone.callingCode.length);
  return `***-***-${national.slice(-Math.min(4, Math.max(national.length - 2, 1)))}`;
}
