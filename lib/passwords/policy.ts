import { isOfContext } from "./context-words.ts";

/** Why a password is not taken. */
export type PasswordFault = "short" | "long" | "common" | "context" | "breached" | "refused";

export interface PasswordRules {
  /** Characters, at the least. */
  minLength: number;
  /** Words of the context: names, addresses, the app's. */
  words: readonly string[];
  /** Asks a service whether it is in a breach. */
  breached: ((password: string) => Promise<boolean>) | undefined;
}

/** Enough for any passphrase; what is longer only costs time to hash. */
export const LONGEST = 256;

/**
 * What is wrong with a new password; undefined where nothing is: its length, a list of common ones, and words of the context. No rules of composition,
 * nothing is cut off, and no estimator runs on what strangers type (NIST SP 800-63B-4 §3.1.1.2; OWASP ASVS 5.0 6.2).
 */
export async function passwordFault(
  password: string,
  { minLength, words, breached }: PasswordRules,
): Promise<PasswordFault | undefined> {
  // As people count them: an emoji is one, whatever it takes to write it.
  const { length } = Array.from(password.normalize("NFC"));
  if (length < minLength) return "short";
  if (length > LONGEST || password.length > 2 * LONGEST) return "long";
  const { isCommon } = await import("./is-common.ts");
  if (isCommon(password)) return "common";
  if (isOfContext(password, words)) return "context";
  return (await breached?.(password)) === true ? "breached" : undefined;
}
