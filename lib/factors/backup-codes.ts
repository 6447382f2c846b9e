import { guessesInARow, guessesPerHour } from "./guess-options.ts";
import { ALPHABET, createCodeSets, remainingOf, type CodeSet } from "../challenges/code-sets.ts";
import { integer, parseOptions } from "../options.ts";
import { plainText, withoutGroups } from "../typed-text.ts";
import { backupCodesTexts } from "./backup-codes-texts.ts";
import { defineFactor } from "./define-factor.ts";
import type { JudgedFactor } from "./factor.ts";
import type { FactorKit } from "./definition.ts";

/** Options of `backupCodes`; docs/options.md has every default, unit and range. */
export interface BackupCodesOptions {
  /** Codes of a set. */
  count?: number;
  /** Characters of a code. */
  length?: number;
  /** From how many on it is said that few are left. */
  low?: number;
  /** Wrong guesses of one account in any hour. */
  guessesPerHour?: number;
  /** Wrong guesses in a row after which the factor is off until it is bound anew (NIST SP 800-63B). */
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
  guessesPerHour: guessesPerHour(),
  guessesInARow: guessesInARow(
    "Wrong guesses in a row after which backup codes are off until a new set is made. One in five is kept for known devices.",
  ),
};

/** Sets of codes that an account keeps for the day its phone is lost. Throws a TypeError that names the option when one is out of range. */
export function backupCodeFactor(options: BackupCodesOptions = {}): JudgedFactor {
  const { count, length, low, ...limits } = parseOptions("backupCodes", backupCodesSchema, options);
  const setsOf = (kit: FactorKit<CodeSet>) => createCodeSets(kit, { count, length });
  const stateOf = (set: CodeSet) => ({ remaining: remainingOf(set), low: remainingOf(set) <= low });

  return defineFactor<string, CodeSet>({
    name: "backup-code",
    amr: "otp",
    class: "saved",
    uses: ["login", "step-up", "recovery"],
    texts: backupCodesTexts,
    field: "backup_code",
    // All that is read: the page refuses nothing that the server takes.
    length: MOST_TYPED,
    capitals: true,
    limits,
    events: {
      passed: "backup_code_used",
      failed: "backup_code_mismatch",
      added: "backup_codes_generated",
      low: "backup_codes_low",
    },
    notices: {
      passed: "backup_code_used",
      added: "backup_codes_generated",
      low: "backup_codes_low",
    },
    parse: readBackupCode,
    async onFile(account, kit) {
      const set = await setsOf(kit).read(account);
      return set === undefined || remainingOf(set) === 0
        ? undefined
        : { id: set.id, ...stateOf(set), ...datesOf(set) };
    },
    async judge({ account }, code, kit) {
      const spent = await setsOf(kit).spend(account, code);
      if (spent === undefined) return "wrong";
      return { outcome: "right", low: spent.remaining <= low, ...spent };
    },
    issue: {
      async issue(account, kit) {
        const { codes, giveBack } = await setsOf(kit).issue(account);
        return { codes: codes.map(showBackupCode), giveBack };
      },
      async replace(account, kit) {
        const put = await setsOf(kit).replace(account);
        return put && { codes: put.codes.map(showBackupCode), giveBack: put.giveBack };
      },
      async inventory(account, kit) {
        const set = await setsOf(kit).read(account);
        return set && { ...stateOf(set), generated_at: datesOf(set).added_at };
      },
      remove: (account, id, kit) => setsOf(kit).remove(account, id),
    },
  });
}

const datesOf = ({ createdAt, lastUsedAt }: CodeSet) => ({
  added_at: new Date(createdAt).toISOString(),
  last_used_at: lastUsedAt === undefined ? null : new Date(lastUsedAt).toISOString(),
});

/** A code as people copy it: in groups of four, with dashes. */
function showBackupCode(code: string): string {
  return (code.match(/.{1,4}/g) as string[]).join("-");
}

const MOST_TYPED = 200;
const CODE = new RegExp(`^[${ALPHABET}]{13,32}$`);

/** Any case, in groups, in the digits of any script; o for 0, i and l for 1 (Crockford). Undefined for what cannot be a code, which then costs no guess. */
function readBackupCode(typed: unknown): string | undefined {
  if (typeof typed !== "string" || typed.length > MOST_TYPED) return undefined;
  const plain = withoutGroups(plainText(typed)).toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1");
  return CODE.test(plain) ? plain : undefined;
}
