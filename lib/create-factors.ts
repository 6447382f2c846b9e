import type { Accounts } from "./accounts/accounts.ts";
import type { Random } from "./challenges/code.ts";
import type { Clock } from "./clock.ts";
import { buildHouse } from "./build-house.ts";
import { FactorError } from "./errors.ts";
import { createEvents, type FactorEvents } from "./events.ts";
import { isDelivered, type Factor } from "./factors/factor.ts";
import { sms } from "./factors/sms.ts";
import {
  backupCodesOnFile,
  generateBackupCodes,
  type BackupCodeSet,
  type BackupCodesOnFile,
} from "./flows/backup-codes.ts";
import { displayOf, type Challenge } from "./flows/challenge.ts";
import { createApiFlows, type ApiFlows } from "./flows/api.ts";
import { callScript, reportDelivery, type CallbackBase } from "./flows/delivery.ts";
import { amrOf, requirePassed, type Requirement } from "./flows/guard.ts";
import { deliveredNamed, factorNamed, tell, type BeforeSend, type House } from "./flows/house.ts";
import type { NoticeHook } from "./flows/notices.ts";
import { offers, type Offer } from "./flows/offers.ts";
import { createPace } from "./flows/pace.ts";
import { register, type PhoneInput } from "./flows/registration.ts";
import { enrolled, holderOf } from "./flows/on-file.ts";
import { begin, pending, startOver, verify, type Proof } from "./flows/second-factor.ts";
import type { Passed } from "./flows/session-state.ts";
import { createSignupFlows, type SignupFlows } from "./flows/signup.ts";
import {
  listDevices,
  recognizeDevice,
  revokeDevice,
  revokeDevices,
  trustDevice,
  type TrustedDevice,
} from "./flows/trusted-devices.ts";
import { localeOf, visiting, type VisitRequest } from "./flows/visit.ts";
import { factorsSchema, reportToConsole, type Paths, type Views } from "./factors-options.ts";
import type { LimitsOptions } from "./limits-options.ts";
import { logEvents, type Logger } from "./observe/logger.ts";
import { parseOptions } from "./options.ts";
import { pathsOf } from "./paths.ts";
import { listCountries, type Country } from "./phone/countries.ts";
import { noAddressTeller } from "./limiters/no-address.ts";
import { memoryStore } from "./stores/memory.ts";
import type { Store } from "./stores/store.ts";
import type { TestNumber } from "./test-numbers.ts";
import { consoleTransport } from "./transports/console.ts";
import type { ProviderCallbacks, StatusReport } from "./transports/transport.ts";
import type { CallScript } from "./factors/factor.ts";

export interface FactorsOptions<User = Express.User> {
  /** At least 32 characters; a list rotates: the first signs and seals, all verify and open. */
  secret: string | readonly string[];
  accounts: Accounts<User>;
  store?: Store;
  /** The order is what people are offered. */
  factors?: readonly Factor[];
  /** The app's name, in messages and on pages. */
  name?: string;
  /** The app's own address; its host stands in the origin-bound line of messages, its origin is trusted. */
  publicUrl?: string;
  tenant?: string;
  limits?: LimitsOptions;
  keepSession?: readonly string[];
  rememberDevice?: false | { days?: number; logins?: number };
  deviceCookie?: boolean;
  testNumbers?: readonly TestNumber[];
  beforeSend?: BeforeSend;
  notify?: NoticeHook<User>;
  paths?: Partial<Paths>;
  views?: Views;
  onError?: (error: unknown) => void;
  logger?: Logger;
  clock?: Clock;
  random?: Random;
}

/** What the doors and the app use; everything takes the Express request and throws a FactorError for what is refused. */
export interface Factors {
  readonly tenant: string;
  /** The same factors for another tenant's users: every key, limit and look-up is inside it; events are told together. Throws a TypeError for what is no name. */
  inTenant(tenant: string): Factors;
  readonly events: FactorEvents;
  /** The factors, in the order given. */
  readonly list: readonly Factor[];
  readonly store: Store;
  readonly name: string;
  readonly publicUrl: URL | undefined;
  readonly paths: Readonly<Paths>;
  readonly views: Views;
  /** Notes at login which first factor was passed, as RFC 8176 values such as `pwd`. Optional. */
  signedIn(request: VisitRequest, first: { amr: readonly string[] }): Promise<void>;
  /** Names of the factors on file for the signed-in user. */
  enrolled(request: VisitRequest): Promise<string[]>;
  /** The signed-in account: its id, and the number on file (E.164, and as it is shown), also where no code can be sent to it now. */
  account(request: VisitRequest): Promise<{ id: string; phone?: string; phone_display?: string }>;
  /** The factors on file as people are offered them, with where to begin and verify each. */
  offers(request: VisitRequest): Promise<Offer[]>;
  /** Sends a code to a number that the user wants to register. */
  register(request: VisitRequest, phone: PhoneInput): Promise<Challenge>;
  /** Sends the code, or repeats the live one. Call it on POST only. */
  begin(request: VisitRequest, factor?: string): Promise<Challenge>;
  /** The code that waits to be typed in this session. */
  pending(request: VisitRequest): Promise<Challenge>;
  /** Judges a typed code; on success the session has a new id and records the factor. */
  verify(request: VisitRequest, factor: string, code: unknown): Promise<Proof>;
  /** Throws `factor_required` unless this session has passed a factor that will do. */
  require(request: VisitRequest, requirement?: Requirement): Promise<void>;
  /** The factors that this session has passed, and when. */
  passed(request: VisitRequest): Promise<Passed[]>;
  /** RFC 8176 values of everything this session has proven, with `mfa` where there is a first and a second factor. */
  amr(request: VisitRequest): Promise<string[]>;
  startOver(request: VisitRequest): Promise<void>;
  /** Forgets every factor that this session has passed; who wants in again proves again. */
  forget(request: VisitRequest): Promise<void>;
  /** Backup codes of the signed-in user: what is on file, and a new set, shown once. */
  readonly backupCodes: {
    read(request: VisitRequest): Promise<BackupCodesOnFile>;
    generate(request: VisitRequest): Promise<BackupCodeSet>;
  };
  /** Devices that stand in for the second factor, where `rememberDevice` is on. */
  readonly devices: {
    readonly on: boolean;
    /** Days that a device is remembered. */
    readonly days: number;
    /** Remembers the device of who has passed a factor in the last ten minutes. */
    trust(request: VisitRequest): Promise<void>;
    /** At login, after the first factor: whether this browser was told to remember it. */
    recognize(request: VisitRequest): Promise<boolean>;
    list(request: VisitRequest): Promise<TrustedDevice[]>;
    /** One of them by its id, or `all`. */
    revoke(request: VisitRequest, id: unknown): Promise<void>;
    /** All of an account: after a password reset, a recovery, "sign out everywhere". A changed phone does it by itself. */
    revokeAll(account: string): Promise<void>;
  };
  /** Ends the lockout of an account, on every device: for the app's support. A factor that is disabled stays so until it is bound anew. */
  unlock(account: string): Promise<void>;
  /**
   * Forgets the wrong guesses in a row of an account's phone: for the app's support, which has made sure who is asking and bound the
   * phone anew (NIST SP 800-63B-4 §3.2.2).
   */
  rebound(account: string): Promise<void>;
  /** Countries whose numbers may be registered, by name in a language. */
  listCountries(locale: string): Country[];
  /** The language for a request: the account's, else the browser's. */
  locale(request: VisitRequest): string;
  /** Hands an unexpected error to the app's `onError`. */
  report(error: unknown): void;
  /** What the doors for programs need. */
  readonly api: ApiFlows;
  /** Sign-up by phone; needs `createFromPhone` and `byPhone` in `accounts`. */
  readonly signup: SignupFlows;
  /** What the delivery router needs. */
  readonly delivery: {
    readonly providers: readonly ProviderCallbacks[];
    /** From now on providers are told to call back. */
    mounted(): void;
    reported(provider: string, report: StatusReport): Promise<boolean>;
    script(token: string, once: boolean): Promise<CallScript | undefined>;
  };
}

/**
 * Builds the factors of an app: checks every option once, builds everything once.
 * Throws a TypeError that names the option for a missing, unknown or impossible one.
 *
 * @example
 * const factors = createFactors({ secret: process.env.FACTORS_SECRET!, accounts, store: redisStore(redis), factors: [sms({ transport })] });
 */
export function createFactors<User = Express.User>(options: FactorsOptions<User>): Factors {
  const parsed = parseOptions("createFactors", factorsSchema, options);
  if (parsed.accounts === undefined) throw new TypeError("createFactors: accounts is required");
  const store = parsed.store ?? memoryStore();
  const factors = parsed.factors ?? [sms({ transport: consoleTransport() })];
  const publicUrl = parsed.publicUrl === undefined ? undefined : new URL(parsed.publicUrl);
  const report = safely(parsed.onError ?? reportToConsole);
  const paths = pathsOf(parsed.paths, factors);
  const callbacks: { url: string | undefined } = { url: undefined };
  const events = createEvents(report);
  if (parsed.logger !== undefined) logEvents(events, parsed.logger);
  const host = publicUrl?.hostname;
  const onNoAddress = noAddressTeller(report);
  const parts = { store, factors, host, onError: report, onNoAddress, events, pace: createPace() };
  const built = { ...parsed, accounts: parsed.accounts, ...parts };
  const tenants = new Map<string, Factors>();
  const shared = { list: factors, store, name: parsed.name, publicUrl, paths, views: parsed.views, report };

  function inTenant(tenant: string): Factors {
    const known = tenants.get(tenant);
    if (known !== undefined) return known;
    if (typeof tenant !== "string") throw new TypeError("inTenant: tenant must be a text");
    parseOptions("inTenant", { tenant: factorsSchema.tenant }, { tenant });
    const made = factorsOf(buildHouse({ ...built, tenant }, callbacks), { ...shared, callbacks, inTenant });
    // A handle keeps nothing that the store does not: whoever takes names from requests fills no memory.
    if (tenants.size >= MOST_TENANTS) tenants.delete(tenants.keys().next().value as string);
    tenants.set(tenant, made);
    return made;
  }
  return inTenant(parsed.tenant);
}

/** Handles that are kept; the oldest is built anew when it is asked for again. */
const MOST_TENANTS = 1000;

/** What all tenants of an app have in common. */
interface Shared extends Pick<
  Factors,
  "list" | "store" | "name" | "publicUrl" | "paths" | "views" | "report" | "inTenant"
> {
  callbacks: CallbackBase;
}

/** The handle of one tenant. */
function factorsOf(house: House, { callbacks, ...shared }: Shared): Factors {
  const { publicUrl, paths, list } = shared;
  const asked = visiting(house.accounts);
  const stateOf = asked(async (visit) => house.sessions.open(visit));

  return {
    ...shared,
    tenant: house.tenant,
    events: house.events,
    api: createApiFlows(house),
    signup: createSignupFlows(house),
    async signedIn(request, { amr }) {
      (await stateOf(request)).first = [...amr];
    },
    enrolled: asked(async (visit) => (await enrolled(house, visit)).map((each) => each.name)),
    account: asked(async (visit) => {
      const { account: id, phone } = await holderOf(house, visit);
      return phone === undefined ? { id } : { id, phone, phone_display: displayOf(phone) };
    }),
    offers: asked((visit) => offers(house, visit, paths)),
    register: asked((visit, phone: PhoneInput) =>
      register(house, visit, deliveredNamed(house, undefined), phone),
    ),
    begin: asked((visit, name?: string) => begin(house, visit, deliveredNamed(house, name))),
    pending: asked((visit) => pending(house, visit)),
    verify: asked((visit, name: string, code: unknown) =>
      verify(house, visit, factorNamed(house, name), code),
    ),
    require: asked((visit, requirement: Requirement = {}) => requirePassed(house, visit, requirement)),
    passed: async (request) => [...(await stateOf(request)).passed],
    amr: async (request) => amrOf(await stateOf(request)),
    startOver: asked((visit) => startOver(house, visit)),
    async forget(request) {
      const state = await stateOf(request);
      state.passed = [];
      delete state.trusted;
    },
    backupCodes: {
      read: asked((visit) => backupCodesOnFile(house, visit)),
      generate: asked((visit) => generateBackupCodes(house, visit)),
    },
    devices: {
      on: house.trust !== undefined,
      days: house.trust?.days ?? 0,
      trust: asked((visit) => trustDevice(house, visit)),
      recognize: asked((visit) => recognizeDevice(house, visit)),
      list: asked((visit) => listDevices(house, visit)),
      revoke: asked((visit, id: string) => revokeDevice(house, visit, id)),
      revokeAll: async (account) => revokeDevices(house, account),
    },
    async unlock(account) {
      await house.tools.challenges.unlock(account);
      tell(house, "account_unlocked", { account, factor: "", purpose: "" });
    },
    rebound: async (account) => house.tools.challenges.reset(account),
    listCountries: (locale) => listCountries(locale, deliveredNamed(house, undefined).phones),
    locale: (request) => localeOf(request, house.accounts),
    delivery: {
      providers: list.filter(isDelivered).flatMap((each) => each.transport.callbacks ?? []),
      mounted() {
        const base = publicUrl === undefined ? undefined : new URL(paths.delivery, publicUrl).href;
        callbacks.url = base?.replace(/\/$/, "");
      },
      reported: async (provider, status) => reportDelivery(house, provider, status),
      script: async (token, once) => callScript(house, token, once),
    },
  };
}

/** An `onError` that throws must not turn a refusal into a crash. */
function safely(onError: (error: unknown) => unknown): (error: unknown) => void {
  const failed = (again: unknown) =>
    reportToConsole(again instanceof Error ? again : new FactorError("invalid_request", { cause: again }));
  return (error) => {
    try {
      const answer = onError(error);
      if (answer instanceof Promise) answer.catch(failed);
    } catch (again) {
      failed(again);
    }
  };
}
