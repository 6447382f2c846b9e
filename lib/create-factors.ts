import type { Accounts } from "./accounts/accounts.ts";
import { checkedAccounts } from "./accounts/checked-accounts.ts";
import type { Random } from "./challenges/code.ts";
import type { Clock } from "./clock.ts";
import { buildHouse } from "./build-house.ts";
import type { CredentialStore } from "./credentials/credentials.ts";
import { storeCredentials } from "./credentials/store-credentials.ts";
import { createEvents } from "./events.ts";
import { isDefined } from "./factors/define-factor.ts";
import { isDelivered, type Factor } from "./factors/factor.ts";
import { sms } from "./factors/sms.ts";
import { importTotp } from "./factors/totp.ts";
import { backupCodesOnFile, generateBackupCodes } from "./flows/backup-codes.ts";
import { beginFactor } from "./flows/begin-factor.ts";
import { displayOf } from "./flows/challenge.ts";
import { createApiFlows } from "./flows/api.ts";
import { callScript, reportDelivery, type CallbackBase } from "./flows/delivery.ts";
import { amrOf, endOtherSessions, requirePassed, type Requirement } from "./flows/guard.ts";
import {
  definedNamed,
  deliveredNamed,
  factorNamed,
  tell,
  type BeforeSend,
  type House,
} from "./flows/house.ts";
import { beginEnrolment, confirmEnrolment, pendingEnrolment } from "./flows/enrolment.ts";
import type { NoticeHook } from "./flows/notices.ts";
import { eraseAccount, removeFactor } from "./flows/off-file.ts";
import { offers } from "./flows/offers.ts";
import { createPace } from "./flows/pace.ts";
import { register, type PhoneInput } from "./flows/registration.ts";
import { enrolled, holderOf } from "./flows/on-file.ts";
import { begin, pending, startOver, verify } from "./flows/second-factor.ts";
import { securityOf } from "./flows/security.ts";
import { createSignupFlows } from "./flows/signup.ts";
import {
  listDevices,
  recognizeDevice,
  revokeDevice,
  revokeDevices,
  trustDevice,
} from "./flows/trusted-devices.ts";
import { localeOf, visiting, visitOf } from "./flows/visit.ts";
import { createInTime } from "./in-time.ts";
import { factorsSchema, type Paths, type Views } from "./factors-options.ts";
import type { LimitsOptions } from "./limits-options.ts";
import { logEvents, type Logger } from "./observe/logger.ts";
import { reportToConsole, safely } from "./on-error.ts";
import { checkNames, parseOptions } from "./options.ts";
import type { Factors } from "./factors-handle.ts";
import { pathsOf } from "./paths.ts";
import { resume } from "./flows/resume.ts";
import { listCountries } from "./phone/countries.ts";
import { noAddressTeller } from "./limiters/no-address.ts";
import { checkedStore } from "./stores/checked-store.ts";
import { memoryStore } from "./stores/memory.ts";
import type { Store } from "./stores/store.ts";
import type { TestNumber } from "./test-numbers.ts";
import { consoleTransport } from "./transports/console.ts";

export type { Factors } from "./factors-handle.ts";

export interface FactorsOptions<User = Express.User> {
  /** At least 32 characters; a list rotates: the first signs and seals, all verify and open. */
  secret: string | readonly string[];
  accounts: Accounts<User>;
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
  notify?: NoticeHook<User>;
  paths?: Partial<Paths>;
  views?: Views;
  onError?: (error: unknown) => void;
  logger?: Logger;
  /** Milliseconds that the app's own functions, its views, its session and the store may take to answer. @default 10 000 */
  timeoutMs?: number;
  clock?: Clock;
  random?: Random;
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
  const inTime = createInTime(parsed.timeoutMs);
  const factors = parsed.factors ?? [sms({ transport: consoleTransport() })];
  const publicUrl = parsed.publicUrl === undefined ? undefined : new URL(parsed.publicUrl);
  const report = safely(parsed.onError ?? reportToConsole);
  const paths = pathsOf(parsed.paths, factors);
  const callbacks: { url: string | undefined } = { url: undefined };
  const events = createEvents(report);
  if (parsed.logger !== undefined) logEvents(events, parsed.logger);
  const host = publicUrl?.hostname;
  const https = publicUrl?.protocol === "https:";
  const trustedOrigins = parsed.trustedOrigins.map((each) => new URL(each).origin);
  const accounts = checkedAccounts(parsed.accounts as Accounts<unknown>, inTime);
  const shown = { host, https, onError: report, onNoAddress: noAddressTeller(report) };
  const parts = { accounts, factors, ...shown, events, pace: createPace(), inTime };
  const checked = checkedStore(store, parsed.timeoutMs);
  const credentials = parsed.credentials ?? credentialsOn(checked, factors);
  const built = { ...parsed, ...parts, store: checked, credentials };
  const tenants = new Map<string, Factors>();
  const { name, views } = parsed;
  const shared = { list: factors, store, name, publicUrl, trustedOrigins, paths, views, report, inTime };

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

/** The memory store warns of what it forgets only where there is a factor that keeps something. */
function credentialsOn(store: Store, factors: readonly Factor[]): CredentialStore {
  if (factors.some(isDefined)) return storeCredentials(store);
  return { inTenant: (tenant) => storeCredentials({ ...store, name: "" }).inTenant(tenant) };
}

/** Handles that are kept; the oldest is built anew when it is asked for again. */
const MOST_TENANTS = 1000;

/** What all tenants of an app have in common. */
interface Shared extends Pick<
  Factors,
  | "list"
  | "store"
  | "name"
  | "publicUrl"
  | "trustedOrigins"
  | "paths"
  | "views"
  | "report"
  | "inTime"
  | "inTenant"
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
    signedIn: asked(async (visit, first: { amr: readonly string[] }) => {
      checkNames("signedIn", first, { amr: true });
      if (!Array.isArray(first.amr) || first.amr.some((each) => typeof each !== "string"))
        throw new TypeError('signedIn: amr must be a list of RFC 8176 values, such as ["pwd"]');
      await house.sessions.write(visit, { ...(await house.sessions.open(visit)), first: [...first.amr] });
    }),
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
    beginFactor: asked(async (visit, name: string) => beginFactor(house, visit, definedNamed(house, name))),
    remove: asked((visit, name: string, id?: string) => removeFactor(house, visit, name, id)),
    security: asked((visit) => securityOf(house, visit)),
    enrol: {
      begin: asked((visit, name: string) => beginEnrolment(house, visit, name)),
      pending: asked((visit, name: string) => pendingEnrolment(house, visit, name)),
      async confirm(request, name, response, id) {
        const nobody = request.user === undefined || request.user === null;
        if (nobody) await resume(house, request, factorNamed(house, name), response);
        else await confirmEnrolment(house, visitOf(request, house.accounts), name, { response, id });
      },
    },
    async importTotp(account, base32) {
      const { name } = definedNamed(house, "totp");
      const added = await importTotp(house.tools.kit(name), account, base32);
      if (added) tell(house, "factor_added", { account, factor: name, purpose: "import" });
      return added;
    },
    erase: async (account) => eraseAccount(house, account),
    pending: asked((visit) => pending(house, visit)),
    verify: async (request, name, code) => {
      const factor = factorNamed(house, name);
      const nobody = request.user === undefined || request.user === null;
      return nobody
        ? resume(house, request, factor, code)
        : verify(house, visitOf(request, house.accounts), factor, code);
    },
    require: asked((visit, requirement: Requirement = {}) => requirePassed(house, visit, requirement)),
    passed: async (request) => [...(await stateOf(request)).passed],
    amr: async (request) => amrOf(house, await stateOf(request)),
    startOver: asked((visit) => startOver(house, visit)),
    forget: asked((visit) => house.sessions.forget(visit)),
    endOtherSessions: asked((visit) => endOtherSessions(house, visit)),
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
    rebound: async (account, name) =>
      name === undefined || isDelivered(factorNamed(house, name))
        ? house.tools.challenges.reset(account)
        : house.tools.counted.reset(account, definedNamed(house, name).name),
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
