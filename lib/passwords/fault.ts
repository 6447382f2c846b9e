import { contextWords, foldedOf, without } from "./context-words.ts";
import { repeatedUnit } from "./repeated-unit.ts";

/** Why a password is refused; `refused` is what cannot be used at all, and the app's own word. */
export type PasswordFault = "short" | "long" | "common" | "context" | "breached" | "refused";

export interface PasswordRules {
  /** Characters, at the least. */
  minLength: number;
  /** @default 256 */
  maxLength?: number;
  /** Words of the context: names, addresses, the app's, an old password. */
  words: readonly string[];
  /** Asks a service whether it is in a breach. */
  breached: ((password: string) => Promise<boolean>) | undefined;
}

/** Enough for any passphrase; what is longer only costs time to hash. */
export const LONGEST = 256;

/**
 * What is wrong with a new password; undefined where nothing is. No rules of composition, nothing is cut off, and no estimator runs on what strangers type (NIST SP
 * 800-63B-4 §3.1.1.2; OWASP ASVS 5.0 6.2).
 */
export async function passwordFault(
  typed: unknown,
  { minLength, maxLength = LONGEST, words, breached }: PasswordRules,
): Promise<PasswordFault | undefined> {
  if (typeof typed !== "string") return "refused";
  // Before anything that takes longer for a longer text: a character has at most this many units, decomposed.
  if (typed.length > maxLength * MOST_UNITS) return "long";
  if (UNTYPABLE.test(typed)) return "refused";
  const password = typed.normalize("NFC");
  // As people count them: an emoji is one, whatever it takes to write it.
  const { length } = Array.from(password);
  if (length < minLength) return "short";
  if (length > maxLength) return "long";
  const folded = foldedOf(password);
  const unit = repeatedUnit(folded);
  const common = await commonPasswords();
  if (common.has(folded) || isShort(unit) || common.has(unit)) return "common";
  const rest = without(folded, contextWords(words));
  if (rest !== folded && (isShort(rest) || common.has(rest.trim()))) return "context";
  return (await breached?.(password)) === true ? "breached" : undefined;
}

const MOST_UNITS = 8;
/** Control characters, at which some hashes stop reading, and halves of characters, which all become the same one. */
const UNTYPABLE = /[\p{Cc}\p{Cs}]/u;
/** What no policy lets through as a whole password is none once it is written twice, or beside a name. */
const FEWEST = 8;
const isShort = (text: string) => Array.from(text).length < FEWEST;

/** Loaded with the first password. */
async function commonPasswords(): Promise<ReadonlySet<string>> {
  const { COMMON_PASSWORDS } = await import("./common-passwords.ts");
  return COMMON_PASSWORDS;
}
