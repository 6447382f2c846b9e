import { ALPHABET, type SavedRules } from "../challenges/saved-proofs.ts";
import { integer, parseOptions } from "../options.ts";
import { plainText, withoutGroups } from "../typed-text.ts";
import type { SavedFactor } from "./factor.ts";

export interface BackupCodesOptions {
  count?: number;
  length?: number;
  low?: number;
  guessesPerHour?: number;
  guessesInARow?: number;
}

/** The options of `backupCodes`; the reference page is made from this. */
export const backupCodesSchema = {
  count: integer({ default: 10, min: 1, max: 20, about: "Codes in a set." }),
  length: integer({
    default: 16,
    min: 13,
    max: 32,
    unit: "characters of 5 bits",
    about: "Length of a code; 16 are 80 bits, enough to recover an account with.",
    source: "NIST SP 800-63B-4 §4.2.1.1: at least 64 bits",
  }),
  low: integer({
    default: 3,
    min: 0,
    max: 20,
    about: "So many left, or fewer, are told as low: in answers, on pages, as an event and a notice.",
  }),
  guessesPerHour: integer({
    default: 10,
    min: 1,
    max: 100,
    about: "Wrong guesses of one account in any hour, over all its factors: the same as the other factors'.",
    source: "OWASP ASVS 5.0 6.6.3",
  }),
  guessesInARow: integer({
    default: 100,
    min: 1,
    max: 100,
    about:
      "Wrong guesses in a row after which backup codes are off until a new set is made. One in five is kept for known devices.",
    source: "NIST SP 800-63B-4 §3.2.2",
  }),
};

/** Sets of codes that an account keeps for the day its phone is lost. Throws a TypeError that names the option when one is out of range. */
export function backupCodeFactor(options: BackupCodesOptions = {}): SavedFactor {
  const { count, length, low, ...guesses } = parseOptions("backupCodes", backupCodesSchema, options);
  const rules: SavedRules = {
    count,
    length,
    guesses: { perHour: guesses.guessesPerHour, inARow: guesses.guessesInARow },
  };
  return {
    name: "backup-code",
    amr: "otp",
    class: "saved",
    field: "backup_code",
    low,
    rules,
    async enrolled(holder, tools) {
      const onFile = await tools.saved.read(holder, rules);
      return onFile !== undefined && onFile.remaining > 0;
    },
    parse: readBackupCode,
    verify: (holder, code, tools) => tools.saved.verify(holder, code, rules),
  };
}

/** A code as people copy it: in groups of four, with dashes. */
export function showBackupCode(code: string): string {
  return (code.match(/.{1,4}/g) as string[]).join("-");
}

const CODE = new RegExp(`^[${ALPHABET}]{13,32}$`);

/** Any case, in groups, in the digits of any script; o for 0, i and l for 1 (Crockford). Undefined for what cannot be a code, which then costs no guess. */
function readBackupCode(typed: unknown): string | undefined {
  if (typeof typed !== "string" || typed.length > 200) return undefined;
  const plain = withoutGroups(plainText(typed)).toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1");
  return CODE.test(plain) ? plain : undefined;
}
