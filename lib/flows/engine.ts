import type { Accounts } from "../accounts/accounts.ts";
import type { ChallengeRef } from "../challenges/challenge.ts";
import type { Clock } from "../clock.ts";
import { isFactorError } from "../errors.ts";
import type { FactorEmitter, FactorEvent, FactorEventName } from "../events.ts";
import { namesOf } from "../factors/code-names.ts";
import { judgesItself, sendsCode } from "../factors/define-factor.ts";
import type { CodeFactor, Factor, FactorTools, JudgedFactor } from "../factors/factor.ts";
import { isPhone, type PhoneFactor } from "../factors/phone-destination.ts";
import type { InTime } from "../in-time.ts";
import type { Languages } from "../locales/languages.ts";
import { withoutAddresses, type IpLimiter } from "../limiters/ip-limiter.ts";
import type { SecretBox } from "../crypto/secret.ts";
import type { FlowRecords } from "../stores/flow-records.ts";
import type { Notes } from "../stores/notes.ts";
import type { TrustedDevices } from "../stores/trusted.ts";
import type { BearerProofs } from "./proofs/bearer-proof.ts";
import type { AccountVersions } from "./session/account-versions.ts";
import type { Devices } from "./devices/devices.ts";
import type { LastUsed } from "./devices/last-used.ts";
import type { MovedSessions } from "./session/moved-session.ts";
import type { MountedRecovery } from "./recovery/mounted.ts";
import type { SendTiming } from "./codes/send-timing.ts";
import type { RecentTimes } from "./recent-times.ts";
import type { Notify } from "./notices.ts";
import type { Sessions } from "./session/session-state.ts";
import type { IncomingRequest } from "./request-context.ts";

/** Everything that `createFactors` built once and the flows share. */
export interface Engine<User = unknown> {
  accounts: Accounts<User>;
  languages: Languages;
  /** The app's own address is an https one: its cookies are for https only, whatever stands between it and the browser. */
  https: boolean;
  factors: readonly Factor[];
  tools: FactorTools;
  sessions: Sessions;
  moved: MovedSessions;
  versions: AccountVersions;
  proofs: BearerProofs;
  devices: Devices;
  lastUsed: LastUsed;
  notes: Notes;
  flows: FlowRecords;
  /** Whether the app recovers accounts, and how: only then a recovery can have ended anything. */
  recovers: MountedRecovery;
  trusted: TrustedDevices;
  /** Undefined: no device is remembered. */
  trust: TrustRules | undefined;
  sends: IpLimiter;
  guesses: IpLimiter;
  /** Another limiter, for a flow of its own. */
  limiterOf(name: string, points: number, durationSeconds: number): IpLimiter;
  /** Options for ceremonies, by which nothing is sent. */
  ceremonies: IpLimiter;
  box: SecretBox;
  clock: Clock;
  events: FactorEmitter;
  tenant: string;
  notify: Notify;
  sendTiming: SendTiming;
  /** Of what the app is asked for a known account only. */
  times: RecentTimes;
  beforeSend: BeforeSend | undefined;
  /** Whether an account must keep a factor: its last one is not removed. */
  demandsFactor: (user: unknown) => Promise<boolean>;
  onError: (error: unknown) => void;
  /** For whatever is the app's own, and may hang. */
  inTime: InTime;
}

/** How long, and how often, a device that somebody has told to remember stands in for the second factor. */
export interface TrustRules {
  days: number;
  logins: number;
}

/** What the app's hook before each send is told. */
export interface SendAttempt {
  /** The id of the account. */
  account: string;
  /** How the code goes out. */
  channel: string;
  /** What it is for. */
  purpose: string;
  /** The address (of a phone E.164): for a risk service; keep it out of logs. */
  to: string;
  /** Of a phone: its calling code, without plus. */
  calling_code?: string;
  /** The address of who asked. */
  ip: string | undefined;
  /** The language (BCP 47). */
  locale: string;
  /** The Express request, for the answer of a captcha. */
  request: IncomingRequest;
}

/** Answers false, or throws, to refuse a send; what is neither true, false nor undefined refuses it too. */
export type BeforeSend = (attempt: SendAttempt) => boolean | void | Promise<boolean | void>;

/** The factor of that name in the app's list. Throws a TypeError for a name that is not in it: that is the app's mistake. */
export function factorNamed(engine: Engine, name: string): Factor {
  const factor = engine.factors.find((each) => each.name === name);
  if (factor === undefined) {
    const listed = engine.factors.map((each) => each.name).join(", ");
    throw new TypeError(`factor "${name}" is not in the list given to createFactors (${listed})`);
  }
  return factor;
}

/** The factor of that name, which must be one that sends codes; without a name, the first such. */
export function codeFactorNamed(engine: Engine, name: string | undefined): CodeFactor {
  const factor = name === undefined ? engine.factors.find(sendsCode) : factorNamed(engine, name);
  if (factor === undefined || !sendsCode(factor))
    throw new TypeError(
      name === undefined ? "no factor in the list sends codes" : `factor "${name}" sends no codes`,
    );
  return factor;
}

/** The first factor of a kind of destination: whichever of its channels an account uses, what is on file is the same. */
export function codeFactorOf(engine: Engine, kind: string, name?: string): CodeFactor {
  const ofKind = engine.factors.filter(sendsCode).filter(({ code }) => code.destination.kind === kind);
  return (ofKind.find((each) => each.name === name) ?? ofKind[0]) as CodeFactor;
}

/** The first factor that brings codes to phones. Throws a TypeError where the list has none: that is the app's mistake. */
export function phoneFactorOf(engine: Engine): PhoneFactor {
  const factor = engine.factors.find(isPhone);
  if (factor === undefined)
    throw new TypeError("no factor in the list given to createFactors brings codes to phones");
  return factor;
}

/** The factor of that name, which must be one that judges by itself. */
export function judgedNamed(engine: Engine, name: string): JudgedFactor {
  const factor = factorNamed(engine, name);
  if (!judgesItself(factor)) throw new TypeError(`factor "${name}" was not made by defineFactor with judge`);
  return factor;
}

/** For clients of the REST API: a client's own address is not the person's, so nothing is counted for it. */
export function engineOfClients(engine: Engine): Engine {
  const { sends, guesses, ceremonies } = engine;
  return {
    ...engine,
    sends: withoutAddresses(sends),
    guesses: withoutAddresses(guesses),
    ceremonies: withoutAddresses(ceremonies),
  };
}

/** What is told; what is undefined is left out. */
type Particulars = {
  [Field in Exclude<keyof FactorEvent, "at" | "tenant" | "phone" | "address" | "calling_code">]?:
    FactorEvent[Field] | undefined;
};

export interface Occasion extends Particulars {
  factor: string;
  purpose: string;
  /** Where a code goes; told as a fingerprint. */
  sentTo?: Pick<ChallengeRef, "kind" | "to" | "area"> | undefined;
}

/** Emits an event: who and what, the address as a fingerprint, never a code. */
export function emit(engine: Engine, name: FactorEventName, occasion: Occasion, more?: Particulars): void {
  if (!engine.events.wanted(name)) return;
  const { sentTo, factor, purpose, ...rest } = occasion;
  const known = Object.entries({ ...rest, ...more }).filter(([, value]) => value !== undefined);
  engine.events.emit(name, {
    at: engine.clock(),
    tenant: engine.tenant,
    factor,
    purpose,
    ...(Object.fromEntries(known) as Partial<FactorEvent>),
    ...(sentTo === undefined ? {} : addressOf(engine, sentTo)),
  });
}

function addressOf(
  { box }: Engine,
  { kind, to, area }: NonNullable<Occasion["sentTo"]>,
): Partial<FactorEvent> {
  const fingerprint = box.fingerprint(to);
  if (!namesOf(kind).isPhone) return { address: fingerprint };
  return { phone: fingerprint, calling_code: area?.code ?? "unknown" };
}

/** The reason to tell in an event: one of our codes, or `error`. */
export function reasonOf(error: unknown): string {
  return isFactorError(error) ? error.code : "error";
}
