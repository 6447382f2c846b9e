import type { AnyAccounts } from "../accounts/accounts.ts";
import { checkedAccounts } from "../accounts/checked-accounts.ts";
import { buildEngine } from "./build-engine.ts";
import { checkKnowledge } from "./check-knowledge.ts";
import { checkNeeds } from "./check-needs.ts";
import { createEvents } from "../events.ts";
import { sendsCode } from "../factors/define-factor.ts";
import { displayOf, type PhoneInput } from "../factors/phone-destination.ts";
import { sms } from "../factors/sms.ts";
import { importTotp } from "../factors/totp.ts";
import { codesOnFile, issueCodes } from "../flows/settings/issued-codes.ts";
import { beginFactor } from "../flows/begin-factor.ts";
import { createApprovalFlows } from "../flows/approvals.ts";
import { answerInvitation } from "../flows/settings/invitations.ts";
import { createApiFlows } from "../flows/api.ts";
import { callScript, reportDelivery, type CallbackBase } from "../flows/codes/delivery.ts";
import { amrOf, endOtherSessions, provenState, requirePassed, type Requirement } from "../flows/guard.ts";
import {
  codeFactorNamed,
  emit,
  factorNamed,
  judgedNamed,
  phoneFactorOf,
  type Engine,
} from "../flows/engine.ts";
import { newestIdOf } from "../flows/settings/addresses.ts";
import { beginEnrolment, confirmEnrolment, pendingEnrolment } from "../flows/settings/enrolment.ts";
import { eraseAccount, removeFactor } from "../flows/settings/off-file.ts";
import { offers } from "../flows/offers.ts";
import { createSendTiming } from "../flows/codes/send-timing.ts";
import { register } from "../flows/settings/registration.ts";
import { listUsable } from "../flows/on-file.ts";
import { begin, pending, startOver } from "../flows/codes/begin-code.ts";
import { confirmAddress, verify } from "../flows/second-factor.ts";
import { securityOf } from "../flows/settings/security.ts";
import { createMountedRecovery } from "../flows/recovery/mounted.ts";
import { recoveryOf } from "../flows/recovery/of-factors.ts";
import { createProofFlows } from "../flows/proofs/prove-without-session.ts";
import { createSignInFlows } from "../flows/sign-in.ts";
import { renameFactor, type Renamed } from "../flows/settings/rename.ts";
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
import { createDemands } from "./demands.ts";
import { factorsSchema } from "./options.ts";
import { logEvents } from "../observe/logger.ts";
import { reportToConsole, safely } from "../on-error.ts";
import { checkNames, parseOptions } from "../options.ts";
import type { Factors } from "./factors-handle.ts";
import { createMounting } from "./mounting.ts";
import { credentialsOn } from "./default-credentials.ts";
import type { FactorsOptions } from "./factors-options.ts";
import { withOwnTexts } from "./factor-texts.ts";
import { originsOf } from "./origins.ts";
import { pathsOf } from "./paths.ts";
import { pageSettings } from "./page-options.ts";
import { createLanguages } from "../locales/languages.ts";
import { languages as ownLanguages } from "../locales/translate.ts";
import { resume } from "../flows/resume.ts";
import { listCountries } from "../phone/countries.ts";
import { noAddressReporter } from "../limiters/no-address.ts";
import { checkedStore } from "../stores/checked-store.ts";
import { memoryStore } from "../stores/memory.ts";
import { consoleTransport } from "../transports/console.ts";

export type { Factors } from "./factors-handle.ts";
export type { FactorsOptions } from "./factors-options.ts";

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
  const languages = createLanguages(ownLanguages, parsed.texts);
  const listed = parsed.factors ?? [sms({ transport: consoleTransport() })];
  const factors = withOwnTexts(listed, parsed.texts, languages);
  checkNeeds(factors, parsed.accounts);
  const store = parsed.store ?? memoryStore();
  const inTime = createInTime(parsed.timeoutMs);
  const publicUrl = parsed.publicUrl === undefined ? undefined : new URL(parsed.publicUrl);
  const report = safely(parsed.onError ?? reportToConsole);
  const paths = pathsOf(parsed.paths, factors);
  const callbacks: { url: string | undefined } = { url: undefined };
  const events = createEvents(report);
  if (parsed.logger !== undefined) logEvents(events, parsed.logger);
  const host = publicUrl?.hostname;
  const https = publicUrl?.protocol === "https:";
  const trustedOrigins = parsed.trustedOrigins.map((each) => new URL(each).origin);
  const accounts = checkedAccounts(parsed.accounts as AnyAccounts<unknown>, inTime);
  const remembersDevices = parsed.rememberDevice !== false;
  const about = { name: parsed.name, publicUrl, trustedOrigins, accounts, remembersDevices };
  const origins = originsOf(about, factors);
  checkKnowledge(factors);
  const shown = { host, https, origins, languages, onError: report, onNoAddress: noAddressReporter(report) };
  const demands = createDemands(parsed.demandsFactor, inTime);
  const recovers = createMountedRecovery();
  const parts = { accounts, factors, ...shown, recovers, events, sendTiming: createSendTiming(), inTime };
  const checked = checkedStore(store, parsed.timeoutMs);
  const credentials = parsed.credentials ?? credentialsOn(checked, factors);
  const kept = { store: checked, credentials, demandsFactor: demands.of, proofRules: {} };
  const built = { ...parsed, ...parts, ...kept };
  const tenants = new Map<string, Factors>();
  const mounting = createMounting(paths, parsed.paths, factors);
  const { name, views } = parsed;
  const pages = pageSettings(parsed);
  const app = { name, publicUrl, trustedOrigins, paths, mounting, views, pages };
  const shared = { ...app, list: factors, store, report, inTime, demanded: demands.seen };

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
  | "mounting"
  | "views"
  | "pages"
  | "report"
  | "inTime"
  | "inTenant"
  | "demanded"
> {
  callbacks: CallbackBase;
}

/** The handle of one tenant. */
function factorsOf(engine: Engine, { callbacks, ...shared }: Shared): Factors {
  const { publicUrl, paths, list } = shared;
  const asked = inContext(engine);

  return {
    ...shared,
    tenant: engine.tenant,
    events: engine.events,
    api: createApiFlows(engine),
    signup: createSignupFlows(engine),
    ...recoveryOf(engine),
    proofs: createProofFlows(engine, paths),
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
    enrolled: asked(async (context) =>
      (await listUsable(engine, context, "login", "step-up")).map(({ factor }) => factor.name),
    ),
    account: asked(async (context) => {
      const id = context.account;
      const phone = (await engine.accounts.phone(context.user)) ?? undefined;
      return phone === undefined ? { id } : { id, phone, phone_display: displayOf(phone) };
    }),
    offers: asked((context) => offers(engine, context, paths)),
    register: asked(async (context, input: PhoneInput | Readonly<Record<string, unknown>>, name?: string) => {
      const factor = name === undefined ? phoneFactorOf(engine) : codeFactorNamed(engine, name);
      return register(engine, context, factor, input as Readonly<Record<string, unknown>>);
    }),
    begin: asked((context, name?: string) => begin(engine, context, codeFactorNamed(engine, name))),
    beginFactor: asked((context, name: string) => beginFactor(engine, context, judgedNamed(engine, name))),
    remove: asked((context, name: string, id?: string) => removeFactor(engine, context, name, id)),
    rename: asked((context, ...what: Renamed) => renameFactor(engine, context, ...what)),
    security: asked((context) => securityOf(engine, context)),
    enrol: {
      begin: asked((context, name: string) => beginEnrolment(engine, context, name)),
      pending: asked((context, name: string) => pendingEnrolment(engine, context, name)),
      async confirm(request, name, response, id, label) {
        const factor = factorNamed(engine, name);
        if (request.user === undefined || request.user === null) {
          await resume(engine, request, factor, response);
          return { factor: name, id: typeof id === "string" ? id : name };
        }
        const context = contextOf(request, engine);
        if (!sendsCode(factor)) return confirmEnrolment(engine, context, name, { response, id, label });
        await confirmAddress(engine, context, factor, response);
        return { factor: name, id: (await newestIdOf(engine, context, factor.code.destination)) ?? name };
      },
    },
    async importTotp(account, base32) {
      const { name } = judgedNamed(engine, "totp");
      const added = await importTotp(engine.tools.kit(name), account, base32);
      if (added) emit(engine, "factor_added", { account, factor: name, purpose: "import" });
      return added;
    },
    erase: async (account) => eraseAccount(engine, account),
    pending: asked((context, name?: string) => pending(engine, context, name)),
    verify: async (request, name, code) => {
      const factor = factorNamed(engine, name);
      const nobody = request.user === undefined || request.user === null;
      return nobody
        ? resume(engine, request, factor, code)
        : verify(engine, contextOf(request, engine), factor, code);
    },
    require: asked((context, requirement: Requirement = {}) => requirePassed(engine, context, requirement)),
    passed: asked(async (context) => [...(await provenState(engine, context)).passed]),
    amr: asked(async (context) => amrOf(engine, await provenState(engine, context))),
    startOver: asked((context, name?: string) => startOver(engine, context, name)),
    forget: asked((context) => engine.sessions.forget(context)),
    endOtherSessions: asked((context) => endOtherSessions(engine, context)),
    backupCodes: {
      read: asked((context, name?: string) => codesOnFile(engine, context, name)),
      generate: asked((context, name?: string) => issueCodes(engine, context, name)),
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
    async rebound(account, name) {
      const factor = name === undefined ? phoneFactorOf(engine) : factorNamed(engine, name);
      if (sendsCode(factor)) await engine.tools.challenges.reset(account, factor.code.destination.kind);
      else await engine.tools.counted.reset(account, judgedNamed(engine, factor.name).name);
    },
    listCountries: (locale) => listCountries(locale, phoneFactorOf(engine).code.destination.policy),
    locale: (request) => localeOf(request, engine),
    translator: engine.languages.translator,
    delivery: {
      providers: list.filter(sendsCode).flatMap(({ code }) => code.transport.callbacks ?? []),
      reports: (name) =>
        callbacks.url !== undefined &&
        list.some((each) => each.name === name && each.code?.transport.callbacks !== undefined),
      mounted() {
        const base = publicUrl === undefined ? undefined : new URL(paths.delivery, publicUrl).href;
        callbacks.url = base?.replace(/\/$/, "");
      },
      reported: async (provider, status) => reportDelivery(engine, provider, status),
      script: async (token, once) => callScript(engine, token, once),
    },
  };
}
