import type { Accounts } from "../accounts/accounts.ts";
import type { Clock } from "../clock.ts";
import { isFactorError } from "../errors.ts";
import type { FactorEmitter, FactorEvent, FactorEventName } from "../events.ts";
import { isDefined, type DefinedFactor } from "../factors/define-factor.ts";
import { isDelivered, type DeliveredFactor, type Factor, type FactorTools } from "../factors/factor.ts";
import type { InTime } from "../in-time.ts";
import { withoutAddresses, type IpLimiter } from "../limiters/ip-limiter.ts";
import { callingCodeOf } from "../phone/calling-code.ts";
import type { SecretBox } from "../crypto/secret.ts";
import type { Notes } from "../stores/notes.ts";
import type { TrustedDevices } from "../stores/trusted.ts";
import type { AccountVersions } from "./session/account-versions.ts";
import type { Devices } from "./devices/devices.ts";
import type { MovedSessions } from "./session/moved-session.ts";
import type { SendTiming } from "./codes/send-timing.ts";
import type { Notify } from "./notices.ts";
import type { Sessions } from "./session/session-state.ts";
import type { IncomingRequest } from "./request-context.ts";

/** Everything that `createFactors` built once and the flows share. */
export interface Engine<User = unknown> {
  accounts: Accounts<User>;
  /** The app's own address is an https one: its cookies are for https only, whatever stands between it and the browser. */
  https: boolean;
  factors: readonly Factor[];
  tools: FactorTools;
  sessions: Sessions;
  moved: MovedSessions;
  versions: AccountVersions;
  devices: Devices;
  notes: Notes;
  trusted: TrustedDevices;
  /** Undefined: no device is remembered. */
  trust: TrustRules | undefined;
  sends: IpLimiter;
  guesses: IpLimiter;
  /** Options for ceremonies, by which nothing is sent. */
  ceremonies: IpLimiter;
  box: SecretBox;
  clock: Clock;
  events: FactorEmitter;
  tenant: string;
  notify: Notify;
  sendTiming: SendTiming;
  beforeSend: BeforeSend | undefined;
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
  account: string;
  channel: string;
  purpose: string;
  /** E.164: for a risk service; keep it out of logs. */
  to: string;
  /** Calling code, without plus. */
  calling_code: string;
  ip: string | undefined;
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

/** The factor of that name, which must be one that brings a code to a phone; without a name, the first such. */
export function deliveredNamed(engine: Engine, name: string | undefined): DeliveredFactor {
  const factor = name === undefined ? engine.factors.find(isDelivered) : factorNamed(engine, name);
  if (factor === undefined || !isDelivered(factor))
    throw new TypeError(`factor "${name ?? "sms"}" sends no codes, or none in the list does`);
  return factor;
}

/** The factor of that name, which must be one that was made by `defineFactor`. */
export function definedNamed(engine: Engine, name: string): DefinedFactor {
  const factor = factorNamed(engine, name);
  if (!isDefined(factor)) throw new TypeError(`factor "${name}" was not made by defineFactor`);
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
  [Field in Exclude<keyof FactorEvent, "at" | "tenant" | "phone" | "calling_code">]?:
    FactorEvent[Field] | undefined;
};

export interface Occasion extends Particulars {
  factor: string;
  purpose: string;
  /** E.164; told as its fingerprint. */
  to?: string | undefined;
}

/** Emits an event: who and what, the number as a fingerprint, never a code. */
export function emit(engine: Engine, name: FactorEventName, occasion: Occasion, more?: Particulars): void {
  if (!engine.events.wanted(name)) return;
  const { to, factor, purpose, ...rest } = occasion;
  const known = Object.entries({ ...rest, ...more }).filter(([, value]) => value !== undefined);
  engine.events.emit(name, {
    at: engine.clock(),
    tenant: engine.tenant,
    factor,
    purpose,
    ...(Object.fromEntries(known) as Partial<FactorEvent>),
    ...(to === undefined ? {} : { phone: engine.box.fingerprint(to), calling_code: callingCodeOf(to) }),
  });
}

/** The reason to tell in an event: one of our codes, or `error`. */
export function reasonOf(error: unknown): string {
  return isFactorError(error) ? error.code : "error";
}
