import { randomInt } from "node:crypto";

/** A uniform whole number from 0 to `below` - 1, from a CSPRNG. */
export type Random = (below: number) => number;

export const systemRandom: Random = (below) => randomInt(below);

/** A code of that many digits; leading zeros are digits like any other. */
export function makeCode(length: number, random: Random): string {
  return String(random(10 ** length)).padStart(length, "0");
}

/**
 * What somebody typed, as plain digits: spaces, dashes and full-width digits are forgiven.
 * Undefined for anything that cannot be a code of that length, which then costs no guess.
 */
export function readCode(typed: unknown, length: number): string | undefined {
  if (typeof typed !== "string" || typed.length > 64) return undefined;
  const isCode = (text: string) => text.length === length && /^[0-9]+$/.test(text);
  if (isCode(typed)) return typed;
  const plain = typed.normalize("NFKC").replace(/[\s\u200B\u2010-\u2015\u2212-]/g, "");
  return isCode(plain) ? plain : undefined;
}
