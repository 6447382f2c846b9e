import { library } from "./library.ts";

/** Calling code of an E.164 number, without plus: no code is the beginning of another. `unknown` for one of no country. */
export function callingCodeOf(e164: string): string {
  const { callingCodes } = library();
  for (const length of [1, 2, 3]) {
    const code = e164.slice(1, 1 + length);
    if (callingCodes.has(code)) return code;
  }
  return "unknown";
}
