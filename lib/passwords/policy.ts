import { createInTime } from "../in-time.ts";
import { reportToConsole, safely } from "../on-error.ts";
import { custom, integer, parseOptions } from "../options.ts";
import { isBreached } from "./breached.ts";
import { passwordFault, type PasswordFault } from "./fault.ts";
import { passwordRulesSchema, type PasswordRulesOptions } from "./rules-schema.ts";

/** Options of `createPasswordPolicy`; docs/options.md has every default, unit and range. */
export interface PasswordPolicyOptions extends PasswordRulesOptions {
  /** Words of the context that no password is made of. */
  words?: readonly string[];
  /** How long that service is waited for. */
  breachedTimeoutMs?: number;
  /** Told where that service is away. */
  onError?: (error: unknown) => void;
}

/** Judges new passwords; from `createPasswordPolicy`. */
export interface PasswordPolicy {
  /** Characters, for the page. */
  readonly minLength: number;
  /** Characters, at most. */
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
  ...passwordRulesSchema,
  words: custom<readonly string[]>({
    default: [],
    shape: "a list of texts",
    is: (value) => Array.isArray(value) && value.every((each) => typeof each === "string"),
    about: "Words that no password may be made of: the app's name, the company's, the product's.",
    source: "ASVS 5.0 6.2.11",
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

  const outside = { who: "createPasswordPolicy: breached", inTime, report };

  return {
    minLength,
    maxLength,
    async check(typed, about = []) {
      const reason = await passwordFault(typed, {
        minLength,
        maxLength,
        words: [...words, ...about.filter((each) => each !== undefined)],
        breached: breached && ((password) => isBreached(() => breached(password), outside)),
      });
      return reason && { reason };
    },
  };
}
