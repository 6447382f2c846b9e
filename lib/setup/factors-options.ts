import type { AnyAccounts } from "../accounts/accounts.ts";
import type { Random } from "../challenges/code.ts";
import type { Clock } from "../clock.ts";
import type { CredentialStore } from "../credentials/credentials.ts";
import type { Factor } from "../factors/factor.ts";
import type { BeforeSend } from "../flows/engine.ts";
import type { NoticeHook } from "../flows/notices.ts";
import type { DemandsFactor } from "./demands.ts";
import type { Paths, Views } from "./options.ts";
import type { LimitsOptions } from "./limits.ts";
import type { Logger } from "../observe/logger.ts";
import type { FormFields, Support } from "./page-options.ts";
import type { Appearance } from "./appearance.ts";
import type { OwnTexts } from "../locales/languages.ts";
import type { Store } from "../stores/store.ts";
import type { TestNumber } from "./test-numbers.ts";

/** Options of `createFactors`; docs/options.md has every default, unit and range. */
export interface FactorsOptions<User = Express.User> {
  /** At least 32 characters; a list rotates: the first signs and seals, all verify and open. */
  secret: string | readonly string[];
  /** Your users, as functions: docs/accounts.md. */
  accounts: AnyAccounts<User>;
  /** Where codes and limits live: `redisStore(client)`, or `memoryStore()` in one process. */
  store?: Store;
  /** Where factors other than the phone keep what is on file. Left out: `storeCredentials(store)`. */
  credentials?: CredentialStore;
  /** The order is what people are offered. */
  factors?: readonly Factor[];
  /** The app's name, in messages and on pages. */
  name?: string;
  /** The app's own address; its host stands in the origin-bound line of messages, its origin is trusted. */
  publicUrl?: string;
  /** Origins, beside the app's own, whose pages may post to the routers. */
  trustedOrigins?: readonly string[];
  /** The tenant of these accounts, where one app serves several. */
  tenant?: string;
  /** Limits of an address, a number block and the whole app: docs/limits.md. */
  limits?: LimitsOptions;
  /** What of the session outlives its change of id at a login. */
  keepSession?: readonly string[];
  /** Lets people have a device remembered. */
  rememberDevice?: false | { days?: number; logins?: number };
  /** The name of the cookie of a device. */
  deviceCookie?: boolean;
  /** Numbers that are sent nothing, for reviewers and tests. */
  testNumbers?: readonly TestNumber[];
  /** Asked before each send; may say no. */
  beforeSend?: BeforeSend;
  /** Whether an account must keep a factor: its last one cannot be removed then. Left out: where a `requireFactors` asks everybody for one. */
  demandsFactor?: DemandsFactor<User>;
  /** Told what the owner of an account should be told. */
  notify?: NoticeHook<User>;
  /** Where the app leads people: where the routers are mounted, and where a login goes on. */
  paths?: Partial<Paths>;
  /** Pages of your own in place of the built-in ones. */
  views?: Views;
  /** The customer's brand on the built-in pages. */
  appearance?: Appearance;
  /** The app's own words by BCP 47 tag, over the package's or in a language of its own. */
  texts?: OwnTexts;
  /** Where people get help who are stuck: a link on every page. */
  support?: Support;
  /** Hidden fields for every form of the built-in pages: the app's own CSRF token. */
  formFields?: FormFields;
  /** Told of what goes wrong outside, so that somebody may look. */
  onError?: (error: unknown) => void;
  /** Logs what happens, without a code, a number or an address. */
  logger?: Logger;
  /** Milliseconds that the app's own functions, its views, its session and the store may take to answer. @default 10 000 */
  timeoutMs?: number;
  /** Milliseconds since 1970, for tests. */
  clock?: Clock;
  /** Random whole numbers, for tests. */
  random?: Random;
}
