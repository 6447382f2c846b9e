import type { Accounts } from "../accounts/accounts.ts";
import { checkedAccounts } from "../accounts/checked-accounts.ts";
import type { Random } from "../challenges/code.ts";
import type { Clock } from "../clock.ts";
import { buildEngine } from "./build-engine.ts";
import { checkKnowledge } from "./check-knowledge.ts";
import type { CredentialStore } from "../credentials/credentials.ts";
import { storeCredentials } from "../credentials/store-credentials.ts";
import { createEvents } from "../events.ts";
import { isDefined } from "../factors/define-factor.ts";
import { isDelivered, type Factor } from "../factors/factor.ts";
import { sms } from "../factors/sms.ts";
import { importTotp } from "../factors/totp.ts";
import { backupCodesOnFile, generateBackupCodes } from "../flows/settings/backup-codes.ts";
import { beginFactor } from "../flows/begin-factor.ts";
import { displayOf } from "../flows/codes/challenge.ts";
import { createApprovalFlows } from "../flows/approvals.ts";
import { answerInvitation } from "../flows/settings/invitations.ts";
import { createApiFlows } from "../flows/api.ts";
import { callScript, reportDelivery, type CallbackBase } from "../flows/codes/delivery.ts";
import { amrOf, endOtherSessions, requirePassed, type Requirement } from "../flows/guard.ts";
import {
  definedNamed,
  deliveredNamed,
  factorNamed,
  emit,
  type BeforeSend,
  type Engine,
} from "../flows/engine.ts";
import { beginEnrolment, confirmEnrolment, pendingEnrolment } from "../flows/settings/enrolment.ts";
import type { NoticeHook } from "../flows/notices.ts";
import { eraseAccount, removeFactor } from "../flows/settings/off-file.ts";
import { offers } from "../flows/offers.ts";
import { createSendTiming } from "../flows/codes/send-timing.ts";
import { register, type PhoneInput } from "../flows/signup/registration.ts";
import { enrolled, holderOf } from "../flows/on-file.ts";
import { begin, pending, startOver } from "../flows/codes/begin-code.ts";
import { verify } from "../flows/second-factor.ts";
import { securityOf } from "../flows/settings/security.ts";
import { createSignInFlows } from "../flows/sign-in.ts";
import { renameFactor } from "../flows/settings/rename.ts";
import { createSignupFlows } from "../flows/signup/signup.ts";
import {
  listDevices,
  recognizeDevice,
  revokeDevice,
  revokeDevices,
  trustDevice,
} from "../flows/devices/trusted-devices.ts";
import { localeOf, inContext, contextOf } from "../flows/request-context.ts";
import { createInTime } from "../in-time.ts";
import { factorsSchema, type Paths, type Views } from "./options.ts";
import type { LimitsOptions } from "./limits.ts";
import { logEvents, type Logger } from "../observe/logger.ts";
import { reportToConsole, safely } from "../on-error.ts";
import { checkNames, parseOptions } from "../options.ts";
import type { Factors } from "./factors-handle.ts";
import { pathsOf } from "./paths.ts";
import { resume } from "../flows/resume.ts";
import { listCountries } from "../phone/countries.ts";
import { noAddressReporter } from "../limiters/no-address.ts";
import { checkedStore } from "../stores/checked-store.ts";
import { memoryStore } from "../stores/memory.ts";
import type { Store } from "../stores/store.ts";
import type { TestNumber } from "./test-numbers.ts";
import { consoleTransport } from "../transports/console.ts";

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
  const origins = publicUrl === undefined ? trustedOrigins : [publicUrl.origin, ...trustedOrigins];
  const remembersDevices = parsed.rememberDevice !== false;
  for (const { definition } of factors.filter(isDefined))
    definition.check?.({ appName: parsed.name, host, origins, accounts, remembersDevices });
  checkKnowledge(factors);
  const shown = { host, https, origins, onError: report, onNoAddress: noAddressReporter(report) };
  const parts = { accounts, factors, ...shown, events, sendTiming: createSendTiming(), inTime };
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
    const made = factorsOf(buildEngine({ ...built, tenant }, callbacks), { ...shared, callbacks, inTenant });
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
function factorsOf(engine: Engine, { callbacks, ...shared }: Shared): Factors {
  const { publicUrl, paths, list } = shared;
  const asked = inContext(engine.accounts);
  const stateOf = asked(async (context) => engine.sessions.open(context));

  return {
    ...shared,
    tenant: engine.tenant,
    events: engine.events,
    api: createApiFlows(engine),
    signup: createSignupFlows(engine),
    signIn: createSignInFlows(engine),
    signedIn: asked(async (context, first: { amr: readonly string[] }) => {
      checkNames("signedIn", first, { amr: true });
      if (!Array.isArray(first.amr) || first.amr.some((each) => typeof each !== "string"))
        throw new TypeError('signedIn: amr must be a list of RFC 8176 values, such as ["pwd"]');
      await engine.sessions.write(context, {
        ...(await engine.sessions.open(context)),
        first: [...first.amr],
      });
    }),
    enrolled: asked(async (context) => (await enrolled(engine, context)).map((each) => each.name)),
    account: asked(async (context) => {
      const { account: id, phone } = await holderOf(engine, context);
      return phone === undefined ? { id } : { id, phone, phone_display: displayOf(phone) };
    }),
    offers: asked((context) => offers(engine, context, paths)),
    register: asked((context, phone: PhoneInput) =>
      register(engine, context, deliveredNamed(engine, undefined), phone),
    ),
    begin: asked((context, name?: string) => begin(engine, context, deliveredNamed(engine, name))),
    beginFactor: asked(async (context, name: string) =>
      beginFactor(engine, context, definedNamed(engine, name)),
    ),
    remove: asked((context, name: string, id?: string) => removeFactor(engine, context, name, id)),
    rename: asked((context, name: string, id: string, label: unknown) =>
      renameFactor(engine, context, name, { id, label }),
    ),
    security: asked((context) => securityOf(engine, context)),
    enrol: {
      begin: asked((context, name: string) => beginEnrolment(engine, context, name)),
      pending: asked((context, name: string) => pendingEnrolment(engine, context, name)),
      async confirm(request, name, response, id, label) {
        const nobody = request.user === undefined || request.user === null;
        if (!nobody)
          return confirmEnrolment(engine, contextOf(request, engine.accounts), name, { response, id, label });
        await resume(engine, request, factorNamed(engine, name), response);
        return {};
      },
    },
    async importTotp(account, base32) {
      const { name } = definedNamed(engine, "totp");
      const added = await importTotp(engine.tools.kit(name), account, base32);
      if (added) emit(engine, "factor_added", { account, factor: name, purpose: "import" });
      return added;
    },
    erase: async (account) => eraseAccount(engine, account),
    pending: asked((context) => pending(engine, context)),
    verify: async (request, name, code) => {
      const factor = factorNamed(engine, name);
      const nobody = request.user === undefined || request.user === null;
      return nobody
        ? resume(engine, request, factor, code)
        : verify(engine, contextOf(request, engine.accounts), factor, code);
    },
    require: asked((context, requirement: Requirement = {}) => requirePassed(engine, context, requirement)),
    passed: async (request) => [...(await stateOf(request)).passed],
    amr: async (request) => amrOf(engine, await stateOf(request)),
    startOver: asked((context) => startOver(engine, context)),
    forget: asked((context) => engine.sessions.forget(context)),
    endOtherSessions: asked((context) => endOtherSessions(engine, context)),
    backupCodes: {
      read: asked((context) => backupCodesOnFile(engine, context)),
      generate: asked((context) => generateBackupCodes(engine, context)),
    },
    devices: {
      on: engine.trust !== undefined,
      days: engine.trust?.days ?? 0,
      trust: asked((context) => trustDevice(engine, context)),
      recognize: asked((context) => recognizeDevice(engine, context)),
      list: asked((context) => listDevices(engine, context)),
      revoke: asked((context, id: string) => revokeDevice(engine, context, id)),
      revokeAll: async (account) => revokeDevices(engine, account),
    },
    approvals: createApprovalFlows(engine),
    answerInvitation: asked((context, name: string, answer: { id: unknown; accepts: boolean }) =>
      answerInvitation(engine, context, name, answer),
    ),
    async unlock(account) {
      await engine.tools.challenges.unlock(account);
      emit(engine, "account_unlocked", { account, factor: "", purpose: "" });
    },
    rebound: async (account, name) =>
      name === undefined || isDelivered(factorNamed(engine, name))
        ? engine.tools.challenges.reset(account)
        : engine.tools.counted.reset(account, definedNamed(engine, name).name),
    listCountries: (locale) => listCountries(locale, deliveredNamed(engine, undefined).phones),
    locale: (request) => localeOf(request, engine.accounts),
    delivery: {
      providers: list.filter(isDelivered).flatMap((each) => each.transport.callbacks ?? []),
      mounted() {
        const base = publicUrl === undefined ? undefined : new URL(paths.delivery, publicUrl).href;
        callbacks.url = base?.replace(/\/$/, "");
      },
      reported: async (provider, status) => reportDelivery(engine, provider, status),
      script: async (token, once) => callScript(engine, token, once),
    },
  };
}
