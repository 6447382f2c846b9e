import type { ParsedPhone } from "./parse.ts";

/** `***-***-8900`: the last four digits and nothing else; fewer of a very short number, so that two stay hidden. */
export function lastFour(phone: ParsedPhone): string {
  const national = phone.e164.slice(1 + phone.callingCode.length);
  return `***-***-${national.slice(-Math.min(4, Math.max(national.length - 2, 1)))}`;
}
