import type { Logger } from "../observe/logger.ts";
import type { Accounts } from "../accounts/accounts.ts";
import type { Random } from "../challenges/code.ts";
import type { Clock } from "../clock.ts";
import type { CredentialStore } from "../credentials/credentials.ts";
import type { Factor } from "../factors/factor.ts";
import type { BeforeSend } from "../flows/engine.ts";
import type { NoticeHook } from "../flows/notices.ts";
import { checkNames, boolean, custom, integer, text } from "../options.ts";
import type { Store } from "../stores/store.ts";
import type { TestNumber } from "./test-numbers.ts";

const isFunction = (value: unknown) => typeof value === "function";
const hasFunctions = (value: unknown, names: readonly string[]) =>
  typeof value === "object" &&
  value !== null &&
  names.every((name) => isFunction((value as Record<string, unknown>)[name]));
const isRecordOfStrings = (value: unknown) =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every((each) => each === undefined || (typeof each === "string" && each !== ""));

/** Where the doors are, and where they send browsers. Local paths. */
export interface Paths {
  login: string;
  registration: string;
  /** Where somebody goes who must prove. Left out: the page of the only factor, or `secondFactor` where there are several. */
  verification: string;
  secondFactor: string;
  backupCodes: string;
  success: string;
  /** Where `deliveryStatus` is mounted. */
  delivery: string;
  /** Mount paths of the verification routers, by factor. Left out: `/sms_verification`, `/call_verification`, … */
  doors: Readonly<Record<string, string>>;
}

/** Express view names (rendered with `res.render(name, page)`) in place of the built-in pages. */
export interface Views {
  smsRegistration?: string;
  smsVerification?: string;
  secondFactor?: string;
  backupCodes?: string;
  backupCodeVerification?: string;
  factorVerification?: string;
  factorSettings?: string;
  factorEnrolment?: string;
  signIn?: string;
  approval?: string;
  trustedDevices?: string;
  problem?: string;
}

const PATH_NAMES = {
  login: true,
  registration: true,
  verification: true,
  secondFactor: true,
  backupCodes: true,
  success: true,
  delivery: true,
  doors: true,
} as const;
const VIEW_NAMES = {
  smsRegistration: true,
  smsVerification: true,
  secondFactor: true,
  backupCodes: true,
  backupCodeVerification: true,
  factorVerification: true,
  factorSettings: true,
  factorEnrolment: true,
  signIn: true,
  approval: true,
  trustedDevices: true,
  problem: true,
} as const;

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
    is: (value) =>
      hasFunctions(value, [
        "issue",
        "verify",
        "read",
        "revoke",
        "reset",
        "unlock",
        "takeBack",
        "restore",
        "limiter",
        "ping",
      ]) &&
      hasFunctions((value as Store).guesses, ["count", "clear"]) &&
      hasFunctions((value as Store).saved, ["replace", "read", "spend", "erase"]) &&
      hasFunctions((value as Store).notes, ["put", "read", "take", "advance"]) &&
      hasFunctions((value as Store).trusted, ["add", "list", "replace", "remove", "removeAll"]) &&
      hasFunctions((value as Store).records, ["write", "read", "find", "remove", "scan"]),
    about: "Where codes and limits live. Left out: in memory, for development and a single process.",
  }),
  credentials: custom<CredentialStore | undefined>({
    default: undefined,
    shape: "where credentials are kept, such as storeCredentials(store) or sqlCredentials({ query })",
    is: (value) => hasFunctions(value, ["inTenant"]),
    about:
      "Where factors other than the phone keep what is on file: secrets, public keys. Left out: `storeCredentials(store)`.",
  }),
  factors: custom<readonly Factor[] | undefined>({
    default: undefined,
    shape: "a list of factors with different names, such as [sms({ transport })]",
    is: isFactorList,
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
      "The app's own address. Its host stands in the origin-bound last line of messages; its origin is trusted beside the Host header; a path that a proxy strips stands before the addresses of forms; and where it is https, cookies are `Secure`.",
  }),
  trustedOrigins: custom<readonly string[]>({
    default: [],
    shape:
      'a list of origins, such as ["https://app.example"]: scheme, host, and port where it is not the default',
    is: (value) => Array.isArray(value) && value.every(isOrigin),
    about:
      "Other origins whose pages may post to the doors: a front end on a host of its own. The answers need the app's own CORS headers, and `SameSite=Lax` cookies come along within one site only.",
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
    about: "Limits per client address and over everything, see below.",
  }),
  deviceCookie: boolean({
    default: true,
    about:
      "A cookie (`factors_device`, 180 days) on devices that have passed a factor: their sends and wrong guesses are counted apart from those of strangers, who so cannot lock the owner out.",
    source: "OWASP, Device cookies",
  }),
  testNumbers: custom<readonly TestNumber[]>({
    default: [],
    shape: "a list of { phone, code, until, production? }",
    is: (value) => Array.isArray(value) && value.every((each) => typeof each === "object" && each !== null),
    about:
      "Numbers with a fixed code and an end date, for app-store review; nothing is sent to them. Refused in production unless `production: true` names them.",
  }),
  beforeSend: custom<BeforeSend | undefined>({
    default: undefined,
    shape: "a function",
    is: isFunction,
    about:
      "Asked before every send (captcha, risk score); anything but true or undefined, or an error, refuses it with 403 `send_refused`.",
  }),
  notify: custom<NoticeHook<never> | undefined>({
    default: undefined,
    shape: "a function",
    is: isFunction,
    about:
      "Tells the account's owner what happened: a number registered or changed, backup codes made, used or low, a lockout.",
    source: "NIST SP 800-63B-4 §4.6",
  }),
  logger: custom<Logger | undefined>({
    default: undefined,
    shape: "an object with the functions info and warn, such as pino()",
    is: (value) => {
      const { info, warn } = (value ?? {}) as Partial<Logger>;
      return typeof info === "function" && typeof warn === "function";
    },
    about: "Gets every event as one structured line. Left out: none.",
  }),
  rememberDevice: custom<false | { days?: number; logins?: number }>({
    default: false,
    shape: "false, or { days? (1 to 30), logins? (1 to 1000) }",
    is: isTrust,
    about:
      "Lets people have a device remembered, which then stands in for the second factor for so many days (30) and logins (100). Off unless set: NIST SP 800-63B-4 §5.1 has no such thing.",
  }),
  keepSession: custom<readonly string[]>({
    default: ["returnTo"],
    shape: "a list of session field names",
    is: (value) =>
      Array.isArray(value) &&
      value.every((each) => typeof each === "string" && each !== "factors" && each !== "cookie"),
    about: "Session fields of the app that survive the change of the session id when a factor passes.",
  }),
  paths: custom<Partial<Paths>>({
    default: {},
    shape:
      "{ login?, registration?, verification?, secondFactor?, backupCodes?, success?, delivery?, doors? } with paths",
    is: (value) => {
      if (typeof value !== "object" || value === null) return false;
      checkNames("paths", value, PATH_NAMES);
      const { doors, ...rest } = value as Paths;
      return isRecordOfStrings(rest) && (doors === undefined || isRecordOfStrings(doors));
    },
    about:
      "Where the doors are and where they send browsers; `doors` names the mount path of a factor's verification router by the factor's name.",
  }),
  views: custom<Views>({
    default: {},
    shape: `{ ${Object.keys(VIEW_NAMES).join("?, ")}? } with Express view names`,
    is: (value) => {
      if (typeof value !== "object" || value === null) return false;
      checkNames("views", value, VIEW_NAMES);
      return isRecordOfStrings(value);
    },
    about: "The app's own Express views in place of the built-in pages, one by one.",
  }),
  onError: custom<((error: unknown) => void) | undefined>({
    default: undefined,
    shape: "a function",
    is: isFunction,
    about:
      "Told of everything that broke: failed deliveries, a store that is away, listeners that throw. Left out: one line on stderr without details.",
  }),
  timeoutMs: integer({
    default: 10_000,
    min: 10,
    max: 60_000,
    unit: "milliseconds",
    about:
      "How long the app's own functions, its views, its session and the store may take to answer; then the request fails.",
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

/** Throws a TypeError that names the factor and what it has not. */
function isFactorList(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  for (const each of value as (Factor | undefined)[]) {
    if (typeof each !== "object" || each === null || typeof each.name !== "string") return false;
    const verbs = "definition" in each ? ["enrolled", "parse"] : ["enrolled", "parse", "verify"];
    const missing = verbs.find((verb) => !hasFunctions(each, [verb]));
    const hint = "judge" in each ? "; make it with defineFactor" : "";
    if (missing !== undefined)
      throw new TypeError(`factors: "${each.name}" has no function ${missing}${hint}`);
  }
  return new Set(value.map((each: Factor) => each.name)).size === value.length;
}

function isOrigin(value: unknown): boolean {
  return typeof value === "string" && /^https?:\/\/[^/?#@*\\\s]+$/i.test(value) && URL.canParse(value);
}

function isTrust(value: unknown): boolean {
  if (value === false) return true;
  if (typeof value !== "object" || value === null) return false;
  checkNames("rememberDevice", value, { days: true, logins: true });
  const { days = 30, logins = 100 } = value as Record<string, unknown>;
  const within = (each: unknown, most: number) =>
    Number.isInteger(each) && (each as number) >= 1 && (each as number) <= most;
  return within(days, 30) && within(logins, 1000);
}
