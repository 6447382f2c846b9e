import type { Logger } from "../observe/logger.ts";
import type { AnyAccounts } from "../accounts/accounts.ts";
import type { Random } from "../challenges/code.ts";
import type { Clock } from "../clock.ts";
import type { CredentialStore } from "../credentials/credentials.ts";
import type { Factor } from "../factors/factor.ts";
import type { BeforeSend } from "../flows/engine.ts";
import type { NoticeHook } from "../flows/notices.ts";
import { boolean, checkNested, custom, describe, integer, text } from "../options.ts";
import type { Store } from "../stores/store.ts";
import {
  checkTexts,
  hasFunctions,
  isAccounts,
  isFactorList,
  isFunction,
  isOrigin,
  isTrust,
} from "./option-checks.ts";
import { pageOptions } from "./page-options.ts";
import type { DemandsFactor } from "./demands.ts";
import type { TestNumber } from "./test-numbers.ts";

/** Where the doors are, and where they send browsers. Local paths. */
export interface Paths {
  /** Where people sign in. @default "/login" */
  login: string;
  /** Where a phone is put on file. */
  registration: string;
  /** Where somebody goes who must prove. Left out: the page of the only factor, or `secondFactor` where there are several. */
  verification: string;
  /** Where a factor is chosen. */
  secondFactor: string;
  /** Where backup codes are made. */
  backupCodes: string;
  /** Where a login goes on. */
  success: string;
  /** Where `deliveryStatus` is mounted. */
  delivery: string;
  /** Mount paths of the verification routers, by factor. Left out: `/sms_verification`, `/call_verification`, … */
  doors: Readonly<Record<string, string>>;
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
  codeVerification: true,
  secondFactor: true,
  backupCodes: true,
  factorVerification: true,
  factorSettings: true,
  factorEnrolment: true,
  recovery: true,
  recoveryLink: true,
  signIn: true,
  approval: true,
  numberChanged: true,
  trustedDevices: true,
  problem: true,
} as const;

/** Express view names (rendered with `res.render(name, page)`) in place of the built-in pages. */
export type Views = Partial<Record<keyof typeof VIEW_NAMES, string>>;

/** The options of `createFactors`; the reference page is made from this. */
export const factorsSchema = {
  secret: custom<string | readonly string[]>({
    default: "",
    shape: "a string of at least 32 characters, or a list of them with the newest first",
    is: (value) => typeof value === "string" || Array.isArray(value),
    about:
      "Signs and seals everything. Required. A list rotates: the first signs and seals, all verify and open.",
  }),
  accounts: custom<AnyAccounts<never> | undefined>({
    default: undefined,
    shape: "an object with the function id and, for phones, phone, phoneTaken and setPhone",
    is: isAccounts,
    about:
      "The app's users, behind the `Accounts` contract. Required; what it must have follows from the factors.",
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
      hasFunctions((value as Store).notes, ["put", "read", "take", "advance"]) &&
      hasFunctions((value as Store).flows, ["put", "read", "move", "remove"]) &&
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
      "The ways to prove, in the order of a recovery and of what JSON offers; on the page where people choose the strongest stands first. Left out: `sms` on the console, for development.",
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
      "Other origins whose pages may post to the doors: a front end on a host of its own. Our doors answer them with CORS headers and credentials; the app's own routes need the app's own, and `SameSite=Lax` cookies come along within one site only.",
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
  demandsFactor: custom<DemandsFactor<never> | undefined>({
    default: undefined,
    shape: "true, false, or a function of a user that answers one of them",
    is: (value) => typeof value === "boolean" || isFunction(value),
    about:
      "Whether an account must keep a factor: its last one is not removed then (409 `last_factor`). Left out: true as soon as a `requireFactors` without `ifEnrolled` was made of these factors.",
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
    is: isPaths,
    about:
      "Where the doors are and where they send browsers; `doors` names the mount path of a factor's verification router by the factor's name.",
  }),
  views: custom<Views>({
    default: {},
    shape: `{ ${Object.keys(VIEW_NAMES).join("?, ")}? } with Express view names`,
    is: (value) => {
      if (typeof value !== "object" || value === null) return false;
      checkNested("views", value, VIEW_NAMES);
      checkTexts("views", value, 'the name of an Express view, such as "sms/code"');
      return true;
    },
    about: "The app's own Express views in place of the built-in pages, one by one.",
  }),
  ...pageOptions,
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

function isPaths(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  checkNested("paths", value, PATH_NAMES);
  const { doors, ...rest } = value as Paths;
  const shape = 'a path of this app, such as "/login"';
  checkTexts("paths", rest, shape);
  if (doors === undefined) return true;
  if (typeof doors !== "object" || doors === null)
    throw new TypeError(`paths.doors must be an object with a path for each factor, got ${describe(doors)}`);
  checkTexts("paths.doors", doors, shape);
  return true;
}
