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

export interface FactorsOptions<User = Express.User> {
  /** At least 32 characters; a list rotates: the first signs and seals, all verify and open. */
  secret: string | readonly string[];
  accounts: AnyAccounts<User>;
  store?: Store;
  /** Where factors other than the phone keep what is on file. Left out: `storeCredentials(store)`. */
  credentials?: CredentialStore;
  /** The order is what people are offered. */
  factors?: readonly Factor[];
  /** The app's name, in messages and on pages. */
  name?: string;
  /** The app's own address; its host stands in the origin-bound line of messages, its origin is trusted. */
  publicUrl?: string;
  trustedOrigins?: readonly string[];
  tenant?: string;
  limits?: LimitsOptions;
  keepSession?: readonly string[];
  rememberDevice?: false | { days?: number; logins?: number };
  deviceCookie?: boolean;
  testNumbers?: readonly TestNumber[];
  beforeSend?: BeforeSend;
  /** Whether an account must keep a factor: its last one cannot be removed then. Left out: where a `requireFactors` asks everybody for one. */
  demandsFactor?: DemandsFactor<User>;
  notify?: NoticeHook<User>;
  paths?: Partial<Paths>;
  views?: Views;
  /** The customer's brand on the built-in pages. */
  appearance?: Appearance;
  /** The app's own words by BCP 47 tag, over the package's or in a language of its own. */
  texts?: OwnTexts;
  /** Where people get help who are stuck: a link on every page. */
  support?: Support;
  /** Hidden fields for every form of the built-in pages: the app's own CSRF token. */
  formFields?: FormFields;
  onError?: (error: unknown) => void;
  logger?: Logger;
  /** Milliseconds that the app's own functions, its views, its session and the store may take to answer. @default 10 000 */
  timeoutMs?: number;
  clock?: Clock;
  random?: Random;
}
