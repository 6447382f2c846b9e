import type { Accounts } from "./accounts/accounts.ts";
import type { Random } from "./challenges/code.ts";
import type { Clock } from "./clock.ts";
import { isFactorError } from "./errors.ts";
import type { Factor } from "./factors/factor.ts";
import { custom, integer, text } from "./options.ts";
import type { Store } from "./stores/store.ts";

const isFunction = (value: unknown) => typeof value === "function";
const hasFunctions = (value: unknown, names: readonly string[]) =>
  typeof value === "object" &&
  value !== null &&
  names.every((name) => isFunction((value as Record<string, unknown>)[name]));
const isRecordOfStrings = (names: readonly string[]) => (value: unknown) =>
  typeof value === "object" &&
  value !== null &&
  Object.entries(value).every(
    ([name, each]) =>
      names.includes(name) && (each === undefined || (typeof each === "string" && each !== "")),
  );

/** The options of `createFactors`; the reference page is made from this. */
export const factorsSchema = {
  secret: custom<string | readonly string[]>({
    default: "",
    shape: "a string of at least 32 characters, or a list of them with the newest first",
    is: (value) => typeof value === "string" || Array.isArray(value),
    about:
      "Signs and seals everything. Required. A list rotates: the first signs and seals, all verify and open.",
  }),
  accounts: custom<Accounts<never> | undefined>({
    default: undefined,
    shape: "an object with the functions id, phone, phoneTaken and setPhone",
    is: (value) => hasFunctions(value, ["id", "phone", "phoneTaken", "setPhone"]),
    about: "The app's users, behind the `Accounts` contract. Required.",
  }),
  store: custom<Store | undefined>({
    default: undefined,
    shape: "a store, such as redisStore(client)",
    is: (value) => hasFunctions(value, ["issue", "verify", "read", "revoke", "reset", "limiter", "ping"]),
    about: "Where codes and limits live. Left out: in memory, for development and a single process.",
  }),
  factors: custom<readonly Factor[] | undefined>({
    default: undefined,
    shape: "a list of factors with different names, such as [sms({ transport })]",
    is: (value) =>
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((each) => hasFunctions(each, ["begin", "verify"])) &&
      new Set(value.map((each: Factor) => each.name)).size === value.length,
    about:
      "The ways to prove, in the order people are offered them. Left out: `sms` on the console, for development.",
  }),
  name: text({ default: "Your app", max: 60, about: "The app's name, in messages and on pages." }),
  publicUrl: custom<string | undefined>({
    default: undefined,
    shape: "an http or https URL",
    is: (value) =>
      typeof value === "string" && /^https?:$/.test(URL.canParse(value) ? new URL(value).protocol : ""),
    about:
      "The app's own address. Its host stands in the origin-bound last line of messages; its origin is trusted beside the Host header.",
  }),
  tenant: text({
    default: "default",
    max: 200,
    about: "A name for this app's users: every key and limit lives inside it.",
  }),
  limits: custom<object>({
    default: {},
    shape: "an object",
    is: (value) => typeof value === "object" && value !== null,
    about: "Limits per client address, see below.",
  }),
  keepSession: custom<readonly string[]>({
    default: ["returnTo"],
    shape: "a list of session field names",
    is: (value) =>
      Array.isArray(value) &&
      value.every((each) => typeof each === "string" && each !== "factors" && each !== "cookie"),
    about: "Session fields of the app that survive the change of the session id when a factor passes.",
  }),
  paths: custom<Partial<Record<"login" | "registration" | "verification" | "success", string>>>({
    default: {},
    shape: "{ login?, registration?, verification?, success? } with paths",
    is: isRecordOfStrings(["login", "registration", "verification", "success"]),
    about: "Where the doors send browsers.",
  }),
  views: custom<Partial<Record<"smsRegistration" | "smsVerification" | "problem", string>>>({
    default: {},
    shape: "{ smsRegistration?, smsVerification?, problem? } with Express view names",
    is: isRecordOfStrings(["smsRegistration", "smsVerification", "problem"]),
    about: "The app's own Express views in place of the built-in pages, one by one.",
  }),
  onError: custom<((error: unknown) => void) | undefined>({
    default: undefined,
    shape: "a function",
    is: isFunction,
    about:
      "Told of everything that broke: failed deliveries, a store that is away, listeners that throw. Left out: one line on stderr without details.",
  }),
  clock: custom<Clock | undefined>({
    default: undefined,
    shape: "a function",
    is: isFunction,
    about: "The time in milliseconds; for tests.",
  }),
  random: custom<Random | undefined>({
    default: undefined,
    shape: "a function",
    is: isFunction,
    about: "A uniform whole number below its argument; for tests. Left out: `crypto.randomInt`.",
  }),
};

export const limitsSchema = {
  sendsPerIpPerHour: integer({
    default: 20,
    min: 0,
    max: 1_000_000,
    about: "Sends asked for from one client address (IPv6: one /64) in an hour.",
    source: "OWASP ASVS 5.0 2.4.1",
  }),
  guessesPerIpPerHour: integer({
    default: 100,
    min: 0,
    max: 1_000_000,
    about: "Codes typed from one client address (IPv6: one /64) in an hour.",
  }),
};

/** The default `onError`: one line, without the cause, whose text may hold a phone number. */
export function reportToConsole(error: unknown): void {
  const what = isFactorError(error) ? error.code : error instanceof Error ? error.name : "error";
  console.error(`passport-factors: ${what} (pass onError to createFactors for the details)`);
}
