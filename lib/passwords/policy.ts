import { asError } from "../errors.ts";
import { createInTime } from "../in-time.ts";
import { reportToConsole, safely } from "../on-error.ts";
import { custom, integer, parseOptions } from "../options.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import { contextWords, foldedOf, without } from "./context-words.ts";
import { repeatedUnit } from "./repeated-unit.ts";

export interface PasswordPolicyOptions {
  minLength?: number;
  maxLength?: number;
  words?: readonly string[];
  breached?: (password: string) => unknown;
  breachedTimeoutMs?: number;
  onError?: (error: unknown) => void;
}

/** Why a password is refused. */
export type PasswordFault = "malformed" | "too_short" | "too_long" | "common" | "context" | "breached";

export interface PasswordPolicy {
  /** Characters, for the page. */
  readonly minLength: number;
  readonly maxLength: number;
  /**
   * Undefined for a password that may be set. `words` are the context's: user name, email address, the old password. Never throws for what was typed, and
   * needs no more time for a long text than for a short one.
   */
  check(
    password: unknown,
    words?: readonly (string | undefined)[],
  ): Promise<{ reason: PasswordFault } | undefined>;
}

/** The options of `createPasswordPolicy`; the reference page is made from this. */
export const passwordSchema = {
  minLength: integer({
    default: 15,
    min: 8,
    max: 64,
    unit: "characters",
    about: "The fewest characters. 8 is enough only where every login asks for a second factor.",
    source: "NIST SP 800-63B-4 §3.1.1.2",
  }),
  maxLength: integer({
    default: 256,
    min: 64,
    max: 1024,
    unit: "characters",
    about: "The most characters. What is longer is refused, never cut off.",
    source: "NIST SP 800-63B-4 §3.1.1.2: at least 64",
  }),
  words: custom<readonly string[]>({
    default: [],
    shape: "a list of texts",
    is: (value) => Array.isArray(value) && value.every((each) => typeof each === "string"),
    about: "Words that no password may be made of: the app's name, the company's, the product's.",
    source: "ASVS 5.0 6.2.11",
  }),
  breached: custom<((password: string) => unknown) | undefined>({
    default: undefined,
    shape: "a function",
    is: (value) => typeof value === "function",
    about:
      "Answers whether a password is known from a breach, or how often: `pwnedPassword` of the package hibp fits. Asked last. Where it fails, or answers anything else, the password is judged without it.",
    source: "ASVS 5.0 6.2.12",
  }),
  breachedTimeoutMs: integer({
    default: 2000,
    min: 10,
    max: 10_000,
    unit: "milliseconds",
    about: "How long `breached` may take.",
  }),
  onError: custom<((error: unknown) => void) | undefined>({
    default: undefined,
    shape: "a function",
    is: (value) => typeof value === "function",
    about: "Called where `breached` fails. Left out: one line on stderr without details.",
  }),
};

/**
 * What a new password must be (NIST SP 800-63B-4 §3.1.1.2): long enough, and nothing that somebody would guess first. No rules of composition, and no score:
 * the well-known estimators take seconds for a text that was made for it. Throws a TypeError that names an option out of range.
 *
 * @example
 * const policy = createPasswordPolicy({ minLength: 15, words: ["Chat"] });
 * const fault = await policy.check(req.body.password, [user.name, user.email]);
 */
export function createPasswordPolicy(options: PasswordPolicyOptions = {}): PasswordPolicy {
  const { minLength, maxLength, words, breached, breachedTimeoutMs, onError } = parseOptions(
    "createPasswordPolicy",
    passwordSchema,
    options,
  );
  const report = safely(onError ?? reportToConsole);
  const inTime = createInTime(breachedTimeoutMs);
  const own = contextWords(words);
  let common: Promise<ReadonlySet<string>> | undefined;

  async function isCommon(folded: string): Promise<boolean> {
    common ??= loadCommon();
    return (await common).has(folded);
  }

  /**
   * An outage of somebody else's service shuts nobody out of setting a password: everything else has been checked by then, and a list of the most common ones
   * is here. So what fails, hangs or cannot be understood counts as "not known", and is reported.
   */
  async function isBreached(password: string): Promise<boolean> {
    if (breached === undefined) return false;
    const who = "createPasswordPolicy: breached";
    try {
      const answer = await inTime(who, () => breached(password));
      if (typeof answer === "boolean") return answer;
      if (typeof answer === "number" && answer >= 0) return answer > 0;
      throw wrongAnswer(who, answer, "true, false or how often it was seen");
    } catch (thrown) {
      report(asError(thrown, who));
      return false;
    }
  }

  return {
    minLength,
    maxLength,
    async check(typed, about = []) {
      if (typeof typed !== "string") return { reason: "malformed" };
      // Before anything that takes longer for a longer text: a character has at most this many units, decomposed.
      if (typed.length > maxLength * MOST_UNITS) return { reason: "too_long" };
      if (UNTYPABLE.test(typed)) return { reason: "malformed" };
      const password = typed.normalize("NFC");
      const length = Array.from(password).length;
      if (length < minLength) return { reason: "too_short" };
      if (length > maxLength) return { reason: "too_long" };
      const folded = foldedOf(password);
      const unit = repeatedUnit(folded);
      if ((await isCommon(folded)) || isShort(unit) || (await isCommon(unit))) return { reason: "common" };
      const rest = without(folded, [...own, ...contextWords(about)]);
      if (rest !== folded && (isShort(rest) || (await isCommon(rest.trim())))) return { reason: "context" };
      return (await isBreached(password)) ? { reason: "breached" } : undefined;
    },
  };
}

const MOST_UNITS = 8;
/** Control characters, at which some hashes stop reading, and halves of characters, which all become the same one. */
const UNTYPABLE = /[\p{Cc}\p{Cs}]/u;
/** What no policy lets through as a whole password is none once it is written twice, or beside a name. */
const FEWEST = 8;
const isShort = (text: string) => Array.from(text).length < FEWEST;

async function loadCommon(): Promise<ReadonlySet<string>> {
  const { COMMON_PASSWORDS } = await import("./common-passwords.ts");
  return new Set(COMMON_PASSWORDS.split(" "));
}
