import type { FactorClass } from "../../factors/definition.ts";
import { choice, custom, integer, parseOptions } from "../../options.ts";
import { passwordRulesSchema, type PasswordRulesOptions } from "../../passwords/rules-schema.ts";
import type { ChartOptions } from "./app-ways.ts";

/** Somebody for whom no way is left. */
export interface Handover {
  /** The app's user; undefined where the identifier is nobody's. */
  user: unknown;
  /** The id of the account. */
  account?: string;
  /** What was typed. */
  identifier: string;
  /** What has been proven. */
  proofs: readonly { factor: string; class: FactorClass }[];
  /** Milliseconds since the epoch. */
  at: number;
  /** The address of who asked. */
  ip: string | undefined;
  /** BCP 47. */
  locale: string;
}

/** What a new password must be; see `createPasswordPolicy`. */
export interface PasswordOptions<User> extends PasswordRulesOptions {
  /** Characters, at the least, where the account has a second factor. @default 8 */
  minLengthWithSecondFactor?: number;
  /** Words that a password of this user must not consist of, beside the app's name and the identifier. */
  words?: (user: User) => readonly string[] | Promise<readonly string[]>;
}

/** Options of `recovery`; docs/options.md has every default, unit and range. */
export interface RecoveryOptions<User = Express.User> {
  /** Names of the factors that recover, in the order in which they are asked about. @default all of the list that are for recovery, in its order */
  factors?: readonly string[];
  /** When it is shown what is on file. */
  reveal?: ChartOptions["reveal"];
  /** What a security key on file means for a recovery. */
  keyMode?: ChartOptions["keyMode"];
  /** Whether a mail brings a code, a link, or both. */
  email?: ChartOptions["email"];
  /** When a second proof is asked, where one is needed. */
  secondProof?: ChartOptions["secondProof"];
  /** Opens a reset on one weak proof after so many hours. */
  holdHours?: number;
  /** What the new password must be. */
  password?: PasswordOptions<User>;
  /** Told where no way is left. */
  handover?: (about: Handover) => unknown;
  /** What people are told to turn to. */
  supportContact?: string;
  /** Where the router is mounted, for links in mails. @default "/recovery" */
  path?: string;
}

const isFunction = (value: unknown) => typeof value === "function";

/** The options of `recovery`; the reference page is made from this. */
export const recoverySchema = {
  factors: custom<readonly string[] | undefined>({
    default: undefined,
    shape: "a list of names of factors",
    is: (value) => Array.isArray(value) && value.every((each) => typeof each === "string"),
    about:
      "The factors that recover an account, in this order. Left out: all of the list that are for recovery, in its order.",
  }),
  reveal: choice<ChartOptions["reveal"]>({
    default: "uniform",
    of: ["uniform", "after-proof", "mailed", "always"],
    about:
      "What a stranger sees who knows an identifier: the same ways for everybody; first only mail and phone; first only mail; or what is on file, at once.",
    source: "OWASP ASVS 5.0 6.3.8",
  }),
  keyMode: choice<ChartOptions["keyMode"]>({
    default: "optional",
    of: ["optional", "mandatory", "exclusive"],
    about:
      "What a security key on file means for the other ways: nothing; they count only once it has passed; and, where what is on file is shown, who fails with it is at the end.",
  }),
  email: choice<ChartOptions["email"]>({
    default: "code",
    of: ["code", "link", "both"],
    about:
      "How a mail helps: by a code that is typed, by a link that goes on in the browser that opens it, or by either. Links need `publicUrl`.",
  }),
  secondProof: choice<ChartOptions["secondProof"]>({
    default: "now",
    of: ["now", "at-login"],
    about:
      "When an account that has a second factor gives its second proof: before the new password; or at the next login, by a factor of another class.",
    source: "NIST SP 800-63B-4 §4.2.2.2",
  }),
  holdHours: integer({
    default: 0,
    min: 0,
    max: 72,
    unit: "hours",
    about:
      "How long a reset waits whose proofs are weak: one of possession, with one of knowledge or no other way left. 0: there is no such reset.",
  }),
  password: custom<PasswordOptions<never>>({
    default: {},
    shape: "an object",
    is: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    about: "What a new password must be; see below.",
  }),
  handover: custom<((about: Handover) => unknown) | undefined>({
    default: undefined,
    shape: "a function",
    is: isFunction,
    about: "Is told of who has no way left: for the app's support.",
  }),
  path: custom<string>({
    default: "/recovery",
    shape: "a local path",
    is: (value) => typeof value === "string" && /^\/(?![/\\])[\w./-]*$/.test(value),
    about: "Where the router is mounted: links in mails lead there.",
  }),
  supportContact: custom<string | undefined>({
    default: undefined,
    shape: "a text of 1 to 200 characters",
    is: (value) => typeof value === "string" && value !== "" && value.length <= 200,
    about: "Whom to turn to, as pages and notices say it.",
    source: "NIST SP 800-63B-4 §4.6",
  }),
};

/** The options of `recovery`'s `password`: those of every new password, and what a recovery knows beside them. */
export const passwordSchema = {
  ...passwordRulesSchema,
  minLengthWithSecondFactor: integer({
    default: 8,
    min: 8,
    max: 64,
    unit: "characters",
    about: "The fewest, where the account has a second factor.",
    source: "NIST SP 800-63B-4 §3.1.1.2",
  }),
  words: custom<((user: never) => readonly string[] | Promise<readonly string[]>) | undefined>({
    default: undefined,
    shape: "a function",
    is: isFunction,
    about:
      "Answers words that a password of this user must not consist of, beside the app's name and the identifier: the user's name, for one.",
  }),
};

export type RecoverySettings = ReturnType<typeof settingsOf>;

/** Throws a TypeError that names the option. */
export function settingsOf(options: RecoveryOptions<never>) {
  const parsed = parseOptions("recovery", recoverySchema, options);
  return { ...parsed, password: parseOptions("recovery: password", passwordSchema, parsed.password) };
}
