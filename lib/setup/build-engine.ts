import type { Accounts } from "../accounts/accounts.ts";
import { createCountedGuesses } from "../challenges/counted-guesses.ts";
import { createChallenges } from "../challenges/challenges.ts";
import { systemRandom, type Random } from "../challenges/code.ts";
import { createRows } from "../challenges/failures.ts";
import { createSpendingPlan } from "../challenges/spending-plan.ts";
import { systemClock, type Clock } from "../clock.ts";
import type { CredentialStore } from "../credentials/credentials.ts";
import { sealedCredentials } from "../credentials/sealed-credentials.ts";
import type { FactorEmitter } from "../events.ts";
import { sendsCode } from "../factors/define-factor.ts";
import { createKits } from "../factors/kit.ts";
import type { CodeFactor, Factor } from "../factors/factor.ts";
import { PHONE } from "../factors/phone-destination.ts";
import { callbacksFor, type CallbackBase } from "../flows/codes/delivery.ts";
import { createAccountVersions } from "../flows/session/account-versions.ts";
import { createDevices } from "../flows/devices/devices.ts";
import { createLastUsed } from "../flows/devices/last-used.ts";
import { createBearerProofs } from "../flows/proofs/bearer-proof.ts";
import type { BeforeSend, Engine } from "../flows/engine.ts";
import { createMovedSessions } from "../flows/session/moved-session.ts";
import { hasAny, secondFactorNames } from "../flows/on-file.ts";
import { createNotify, type NoticeHook } from "../flows/notices.ts";
import type { SendTiming } from "../flows/codes/send-timing.ts";
import { createRecentTimes } from "../flows/recent-times.ts";
import { isRemembered, rememberedDevices } from "../flows/devices/remembered.ts";
import { endHoldAtLogin } from "../flows/recovery/holds.ts";
import { readEpoch } from "../flows/session/recovery-epoch.ts";
import { createSessions } from "../flows/session/session-state.ts";
import type { InTime } from "../in-time.ts";
import type { Languages } from "../locales/languages.ts";
import { createIpLimiter } from "../limiters/ip-limiter.ts";
import { limitsSchema, spendingLimits } from "./limits.ts";
import { parseOptions } from "../options.ts";
import { createSecretBox } from "../crypto/secret.ts";
import type { Store } from "../stores/store.ts";
import { createTestNumbers, type TestNumber } from "./test-numbers.ts";

/** Checked options, as the engine is built from them. */
export interface EngineParts {
  secret: string | readonly string[];
  accounts: Accounts<unknown>;
  languages: Languages;
  store: Store;
  /** Where factors keep what is on file for them. */
  credentials: CredentialStore;
  factors: readonly Factor[];
  name: string;
  host: string | undefined;
  /** Whose pages are the app's: its own first. */
  origins: readonly string[];
  /** The app's own address is an https one. */
  https: boolean;
  tenant: string;
  /** One for all tenants: every event names its own. */
  events: FactorEmitter;
  /** One for all tenants too: they send by the same providers. */
  sendTiming: SendTiming;
  limits: object;
  keepSession: readonly string[];
  rememberDevice: false | { days?: number; logins?: number };
  deviceCookie: boolean;
  testNumbers: readonly TestNumber[];
  beforeSend: BeforeSend | undefined;
  demandsFactor: (user: unknown) => Promise<boolean>;
  notify: NoticeHook<never> | undefined;
  onError: (error: unknown) => void;
  /** One for all tenants. */
  recovers: Engine["recovers"];
  inTime: InTime;
  /** One for all tenants: how long proofs live, once they are made. */
  proofRules: { ttlMs?: number };
  /** A request came whose address is none; one for all tenants. */
  onNoAddress: () => void;
  clock: Clock | undefined;
  random: Random | undefined;
}

/** Builds what the flows share. `callbacks.url` is filled in when `deliveryStatus` is mounted. */
export function buildEngine(parts: EngineParts, callbacks: CallbackBase): Engine {
  const { store, tenant, factors, onError, accounts, inTime } = parts;
  const limits = parseOptions("createFactors: limits", limitsSchema, parts.limits);
  const box = createSecretBox(parts.secret);
  const clock = parts.clock ?? systemClock;
  const random = parts.random ?? systemRandom;
  checkLockout(factors);
  const codeLength = sharedRules(factors).get(PHONE)?.codeLength ?? 6;
  const limiterOf = (name: string, points: number, durationSeconds: number) =>
    createIpLimiter(
      store,
      { name, points, durationSeconds },
      (who) => box.fingerprint(`${tenant} ${who}`),
      parts.onNoAddress,
    );
  // rate-limiter-flexible counts in whole seconds, and takes less than one for no expiry at all.
  const ipLimiter = (name: string, points: number) =>
    limiterOf(name, points, Math.ceil(limits.windowMs / 1000));
  const testCode = createTestNumbers(parts.testNumbers, codeLength, clock);
  const rows = createRows(parts.deviceCookie);
  const outside = { notes: store.notes, box, clock, tenant };
  const trust =
    parts.rememberDevice === false ? undefined : { days: 30, logins: 100, ...parts.rememberDevice };
  const moved = createMovedSessions({ ...outside, inTime: parts.inTime });
  const versions = createAccountVersions(store.notes, clock, tenant);
  const engine: Engine = {
    ...outside,
    accounts,
    languages: parts.languages,
    factors,
    https: parts.https,
    tools: {
      challenges: createChallenges({
        store,
        box,
        clock,
        random,
        tenant,
        spending: createSpendingPlan(spendingLimits(limits), tenant),
        rows,
      }),
      counted: createCountedGuesses({ store, clock, tenant, rows }),
      eraseCredentials: (account) => sealedCredentials(parts.credentials, box, tenant).removeAll(account),
      appName: parts.name,
      languages: parts.languages,
      host: parts.host,
      kit: createKits({
        ...outside,
        credentials: parts.credentials,
        random,
        name: parts.name,
        host: parts.host,
        origins: parts.origins,
        accounts,
        devices: async (account) =>
          (await rememberedDevices({ trusted: store.trusted, trust, clock, tenant }, account)).map(
            ({ id, name }) => ({ id, name }),
          ),
        report: onError,
      }),
      fixedCode: (to, kind) => (kind === PHONE ? testCode(to) : undefined),
      callbacks: (transport, script) => callbacksFor(outside, callbacks, transport, script),
    },
    sessions: createSessions({
      clock,
      tenant,
      keep: parts.keepSession,
      accountOf: (user) => accounts.id(user),
      inTime,
      versions,
      resetOf: async (account) =>
        parts.recovers.settings() === undefined ? "" : readEpoch(outside, account),
      signedIn: async (account) => endHoldAtLogin(engine, account),
      isTrusted: (context, device) =>
        isRemembered({ trusted: store.trusted, trust, clock, tenant }, context, device),
      owesFactor: async (context) => (await parts.demandsFactor(context.user)) || hasAny(engine, context),
      // The session is there all the same: only a form that is posted twice would be told otherwise.
      moved: (...what) => moved.moved(...what).catch(onError),
    }),
    moved,
    versions,
    proofs: createBearerProofs(outside, versions, parts.proofRules),
    trusted: store.trusted,
    trust,
    devices: createDevices(box, tenant, { enabled: parts.deviceCookie, https: parts.https }),
    lastUsed: createLastUsed(box, tenant, {
      names: secondFactorNames({ factors }),
      enabled: parts.deviceCookie,
      https: parts.https,
    }),
    flows: store.flows,
    recovers: parts.recovers,
    limiterOf,
    sends: ipLimiter("send", limits.sendsPerIp),
    guesses: ipLimiter("verify", limits.guessesPerIp),
    ceremonies: ipLimiter("ceremony", limits.ceremoniesPerIp),
    events: parts.events,
    sendTiming: parts.sendTiming,
    times: createRecentTimes(0),
    notify: createNotify(parts.notify, clock, onError),
    beforeSend: parts.beforeSend,
    demandsFactor: parts.demandsFactor,
    onError,
    inTime,
  };
  return engine;
}

/** All factors of an account share one lockout, so they must agree on its size. */
function checkLockout(factors: readonly Factor[]): void {
  const counted = factors.map(({ name, guesses }) => ({ name, perHour: guesses.perHour }));
  const [first, ...others] = counted;
  const other = others.find(({ perHour }) => perHour !== first?.perHour);
  if (other !== undefined)
    throw new TypeError(
      `createFactors: factors: ${first?.name} and ${other.name} share one lockout, so guessesPerHour must be the same`,
    );
}

/**
 * The rules of each kind of destination. Channels to one kind are one factor: they share the code, so they must agree on what a code is. Throws a TypeError
 * that names the option.
 */
function sharedRules(factors: readonly Factor[]): Map<string, CodeFactor["code"]["rules"]> {
  const firsts = new Map<string, CodeFactor>();
  for (const factor of factors.filter(sendsCode)) {
    const first = firsts.get(factor.code.destination.kind) ?? factor;
    firsts.set(factor.code.destination.kind, first);
    const ours = sharedOf(first);
    for (const [name, value] of Object.entries(sharedOf(factor))) {
      if (ours[name as keyof typeof ours] !== value)
        throw new TypeError(
          `createFactors: factors: ${first.name} and ${factor.name} share their code, so ${name} must be the same`,
        );
    }
  }
  return new Map([...firsts].map(([kind, { code }]) => [kind, code.rules]));
}

const sharedOf = ({ code: { rules } }: CodeFactor) => ({
  codeLength: rules.codeLength,
  ttlSeconds: rules.ttlMs / 1000,
  resend: rules.resend,
  guessesPerCode: rules.guesses.perCode,
  guessesInARow: rules.guesses.inARow,
});
