import type { Accounts } from "./accounts/accounts.ts";
import { createChallenges } from "./challenges/challenges.ts";
import { systemRandom, type Random } from "./challenges/code.ts";
import { systemClock, type Clock } from "./clock.ts";
import { FactorError } from "./errors.ts";
import { createEvents, type FactorEvents } from "./events.ts";
import type { Factor } from "./factors/factor.ts";
import { sms } from "./factors/sms.ts";
import type { Challenge } from "./flows/challenge.ts";
import { amrOf, requirePassed, type Requirement } from "./flows/guard.ts";
import { factorNamed, type House } from "./flows/house.ts";
import { register, type PhoneInput } from "./flows/registration.ts";
import { begin, pending, startOver, verify, type Proof } from "./flows/second-factor.ts";
import { createSessions, type Passed } from "./flows/session-state.ts";
import { localeOf, visitOf, type VisitRequest } from "./flows/visit.ts";
import { createIpLimiter } from "./limiters/ip-limiter.ts";
import { factorsSchema, limitsSchema, reportToConsole } from "./factors-options.ts";
import { parseOptions } from "./options.ts";
import { listCountries, type Country } from "./phone/countries.ts";
import { createSecretBox } from "./secret.ts";
import { memoryStore } from "./stores/memory.ts";
import type { Store } from "./stores/store.ts";
import { consoleTransport } from "./transports/console.ts";

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
  limits?: { sendsPerIpPerHour?: number; guessesPerIpPerHour?: number };
  keepSession?: readonly string[];
  paths?: Partial<Paths>;
  views?: Views;
  onError?: (error: unknown) => void;
  clock?: Clock;
  random?: Random;
}

/** Where the doors send people. Local paths. */
export interface Paths {
  login: string;
  registration: string;
  verification: string;
  success: string;
}

/** Express view names (rendered with `res.render(name, page)`) in place of the built-in pages. */
export interface Views {
  smsRegistration?: string;
  smsVerification?: string;
  problem?: string;
}

/** What the doors and the app use; everything takes the Express request and throws a FactorError for what is refused. */
export interface Factors {
  readonly events: FactorEvents;
  /** The factors, in the order given. */
  readonly list: readonly Factor[];
  readonly store: Store;
  readonly name: string;
  readonly publicUrl: URL | undefined;
  readonly paths: Paths;
  readonly views: Views;
  /** Notes at login which first factor was passed, as RFC 8176 values such as `pwd`. Optional. */
  signedIn(request: VisitRequest, first: { amr: readonly string[] }): Promise<void>;
  /** Names of the factors on file for the signed-in user. */
  enrolled(request: VisitRequest): Promise<string[]>;
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
  /** Countries whose numbers may be registered, by name in a language. */
  listCountries(locale: string): Country[];
  /** The language for a request: the account's, else the browser's. */
  locale(request: VisitRequest): string;
  /** Hands an unexpected error to the app's `onError`. */
  report(error: unknown): void;
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
  const limits = parseOptions("createFactors: limits", limitsSchema, parsed.limits);
  if (parsed.accounts === undefined) throw new TypeError("createFactors: accounts is required");
  const box = createSecretBox(options.secret);
  const accounts = parsed.accounts as Accounts;
  const clock = parsed.clock ?? systemClock;
  const { tenant, onError = reportToConsole } = parsed;
  const store = parsed.store ?? memoryStore();
  const factors = parsed.factors ?? [sms({ transport: consoleTransport() })];
  const publicUrl = parsed.publicUrl === undefined ? undefined : new URL(parsed.publicUrl);
  const report = safely(onError);
  const events = createEvents(report);
  const challenges = createChallenges({ store, box, clock, random: parsed.random ?? systemRandom, tenant });
  const ipLimiter = (name: string, points: number) =>
    createIpLimiter(store, { name, points, durationSeconds: 3600 }, box.fingerprint);
  const house: House = {
    accounts: accounts as Accounts<unknown>,
    factors,
    tools: { challenges, appName: parsed.name, host: publicUrl?.hostname },
    sessions: createSessions({
      clock,
      keep: parsed.keepSession,
      accountOf: (user) => accounts.id(user as Express.User),
    }),
    sends: ipLimiter("send", limits.sendsPerIpPerHour),
    guesses: ipLimiter("verify", limits.guessesPerIpPerHour),
    box,
    clock,
    events,
    tenant,
    onError: report,
  };
  const visit = (request: VisitRequest) => visitOf(request, house.accounts);
  const first = factors[0] as Factor;
  const stateOf = async (request: VisitRequest) => house.sessions.open(visit(request));

  return {
    events,
    list: factors,
    store,
    name: parsed.name,
    publicUrl,
    paths: {
      login: "/login",
      registration: "/sms_registration/new",
      verification: "/sms_verification/new",
      success: "/",
      ...parsed.paths,
    },
    views: parsed.views,
    async signedIn(request, { amr }) {
      (await stateOf(request)).first = [...amr];
    },
    async enrolled(request) {
      const phone = (await accounts.phone(visit(request).user as Express.User)) ?? undefined;
      return phone === undefined ? [] : factors.map((each) => each.name);
    },
    register: async (request, phone) => register(house, visit(request), first, phone),
    begin: async (request, name) =>
      begin(house, visit(request), name === undefined ? first : factorNamed(house, name)),
    pending: async (request) => pending(house, visit(request)),
    verify: async (request, name, code) => verify(house, visit(request), factorNamed(house, name), code),
    require: async (request, requirement = {}) => requirePassed(house, visit(request), requirement),
    passed: async (request) => [...(await stateOf(request)).passed],
    amr: async (request) => amrOf(await stateOf(request)),
    startOver: async (request) => startOver(house, visit(request)),
    async forget(request) {
      (await stateOf(request)).passed = [];
    },
    listCountries: (locale) => listCountries(locale, first.phones),
    locale: (request) => localeOf(request, accounts as Accounts<unknown>),
    report,
  };
}

/** An `onError` that throws must not turn a refusal into a crash. */
function safely(onError: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    try {
      onError(error);
    } catch (again) {
      reportToConsole(again instanceof Error ? again : new FactorError("invalid_request", { cause: again }));
    }
  };
}
