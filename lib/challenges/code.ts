import { randomInt } from "node:crypto";
import { plainText, withoutGroups } from "../typed-text.ts";

/** A uniform whole number from 0 to `below` - 1, from a CSPRNG. */
export type Random = (below: number) => number;

export const systemRandom: Random = (below) => randomInt(below);

/** A code of that many digits; leading zeros are digits like any other. */
export function makeCode(length: number, random: Random): string {
  return String(random(10 ** length)).padStart(length, "0");
}

/** More than a message that is pasted as a whole. */
export const LONGEST_CODE_INPUT = 400;

/**
 * What somebody typed or pasted, as plain digits: in groups, in the digits of any script, with what stands around it in the message
 * (`G-253518`, `Your code is 929472.`). Undefined for anything that cannot be a code of that length, or could be two; it costs no guess.
 */
export function readCode(typed: unknown, length: number): string | undefined {
  if (typeof typed !== "string" || typed.length > LONGEST_CODE_INPUT) return undefined;
  const isCode = (text: string) => text.length === length && /^[0-9]+$/.test(text);
  if (isCode(typed)) return typed;
  const plain = plainText(typed);
  // Nobody types a control character.
  if (/[^\P{Cc}\r\n]/u.test(plain)) return undefined;
  const whole = withoutGroups(plain);
  return isCode(whole) ? whole : codeInside(plain, length);
}

/** Digits in groups, that belong to no word; the look-ahead keeps a part of a run from being taken for the whole. */
const RUNS = /(?<![A-Za-z\d])(?=(\d+(?:[ -]{1,3}\d+)*))\1(?![A-Za-z\d])/g;
/** 12:30, 1.99 */
const POINTED = /\d[.,:/]\d/g;

/** The only run of that many digits; the same one may stand there again, for a browser to fill in. A longer run is another number. */
function codeInside(plain: string, length: number): string | undefined {
  const runs = plain.replace(POINTED, " . ").match(RUNS) ?? [];
  const digits = runs.map(withoutGroups).filter((run) => run.length >= length);
  return new Set(digits).size === 1 && digits[0]?.length === length ? digits[0] : undefined;
}
