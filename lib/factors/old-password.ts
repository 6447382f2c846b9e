import { guessesInARow, guessesPerHour } from "./guess-options.ts";
import { parseOptions } from "../options.ts";
import { defineFactor } from "./define-factor.ts";
import type { JudgedFactor } from "./factor.ts";
import { judgeKnown } from "./known-answer.ts";
import { oldPasswordTexts } from "./old-password-texts.ts";

/** Options of `oldPassword`; docs/options.md has every default, unit and range. */
export interface OldPasswordOptions {
  /** Wrong guesses of one account in any hour. */
  guessesPerHour?: number;
  /** Wrong guesses in a row after which the factor is off until it is bound anew (NIST SP 800-63B). */
  guessesInARow?: number;
}

/** The options of `oldPassword`; the reference page is made from this. */
export const oldPasswordSchema = {
  guessesPerHour: guessesPerHour(),
  guessesInARow: guessesInARow(
    "Wrong ones in a row after which old passwords are off for the account. One in five is kept for known devices.",
    20,
  ),
};

/** No hash is made of more than this: a megabyte takes forty milliseconds. */
const MOST_CHARACTERS = 256;

/**
 * A password that an account had before, as `accounts.wasPassword` knows it. A way back for who has proven something else: never asked first and never enough; no
 * standard takes a dead secret for a proof. Throws a TypeError that names the option when one is out of range.
 *
 * @example
 * const factors = createFactors({ secret, accounts, factors: [sms({ transport }), oldPassword()] });
 */
export function oldPassword(options: OldPasswordOptions = {}): JudgedFactor {
  const limits = parseOptions("oldPassword", oldPasswordSchema, options);
  return defineFactor<string>({
    name: "old-password",
    amr: "kba",
    class: "knowledge",
    uses: ["recovery"],
    texts: oldPasswordTexts,
    length: MOST_CHARACTERS,
    autocomplete: "off",
    limits,
    check({ accounts }) {
      if (accounts.wasPassword === undefined)
        throw new TypeError('createFactors: accounts needs wasPassword for the factor "old-password"');
    },
    // Whether there were others is not said: every account may be asked.
    onFile: () => ({}),
    parse: (typed) =>
      typeof typed === "string" && typed !== "" && typed.length <= MOST_CHARACTERS ? typed : undefined,
    judge: async ({ account, user }, typed, kit) =>
      judgeKnown(kit, account, async () => {
        const was = await kit.accounts.wasPassword?.(user, typed);
        return was === true && user !== undefined;
      }),
  });
}
