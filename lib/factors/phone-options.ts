import { getCountries } from "libphonenumber-js/max";
import {
  checkNested,
  boolean,
  choice,
  custom,
  integer,
  integers,
  parseOptions,
  describe,
} from "../options.ts";
import { BLOCKED_TYPES } from "../phone/policy.ts";
import type { Transport } from "../transports/transport.ts";
import { deliveredCode } from "./delivered-code.ts";
import type { DeliveredFactor } from "./factor.ts";

/** Options of every factor that brings a code to a phone. */
export interface PhoneFactorOptions {
  /** What carries the messages. */
  transport: Transport;
  /** ISO country codes that may be sent to. `deny` wins; `allow` left out means every country. */
  countries?: { allow?: readonly string[]; deny?: readonly string[] };
  blockedTypes?: readonly string[];
  codeLength?: number;
  ttlSeconds?: number;
  resend?: "same" | "new";
  strict?: boolean;
  timeoutMs?: number;
  cooldownSeconds?: readonly number[];
  sendsPerHour?: number;
  sendsPerDay?: number;
  guessesPerCode?: number;
  guessesPerHour?: number;
  guessesInARow?: number;
}

/** What differs from channel to channel. */
export interface ChannelDefaults {
  blockedTypes: readonly string[];
  cooldownSeconds: readonly number[];
  sendsPerHour: number;
  sendsPerDay: number;
}

export const TEXT_DEFAULTS: ChannelDefaults = {
  blockedTypes: BLOCKED_TYPES,
  cooldownSeconds: [30, 60],
  sendsPerHour: 5,
  sendsPerDay: 10,
};

/** The schema of one channel; the reference page is made from it. */
export const phoneSchema = (defaults: ChannelDefaults) => ({
  transport: custom<Transport | undefined>({
    default: undefined,
    shape: "a transport ({ name, send })",
    is: (value) => typeof (value as Transport | null)?.send === "function",
    about: "What carries the messages. Required.",
  }),
  countries: custom<NonNullable<PhoneFactorOptions["countries"]>>({
    default: {},
    shape: "{ allow?, deny? } with lists of ISO 3166-1 alpha-2 codes",
    is: isCountryRule,
    about:
      "Countries that may be sent to, by the number's own country; `deny` wins, `allow` left out means every country.",
    source: "OWASP, Twilio fraud guide: allow only where your users are",
  }),
  blockedTypes: custom<readonly string[]>({
    default: defaults.blockedTypes,
    shape: "a list of libphonenumber type names",
    is: (value) => Array.isArray(value) && value.every((each) => typeof each === "string"),
    about: "Number types that are refused. Satellite and international network codes are always refused.",
    source: "Twilio fraud guide: text mobiles only",
  }),
  codeLength: integer({
    default: 6,
    min: 6,
    max: 10,
    unit: "digits",
    about: "Length of a code.",
    source: "NIST SP 800-63B-4 §3.1.3.2",
  }),
  ttlSeconds: integer({
    default: 300,
    min: 60,
    max: 600,
    unit: "seconds",
    about: "Life of a code.",
    source: "NIST SP 800-63B-4 §3.1.3.2: 10 minutes at most",
  }),
  resend: choice({
    default: "same",
    of: ["same", "new"] as const,
    about: "Whether a resend repeats the live code or makes a new one. Neither gives new guesses.",
  }),
  strict: boolean({
    default: true,
    about:
      "A message that could not be sent is an error, and its code is removed. When false, it is an event and the flow goes on.",
  }),
  timeoutMs: integer({
    default: 5000,
    min: 1,
    max: 30_000,
    unit: "milliseconds",
    about: "How long the transport may take; left out: what the transport itself says.",
  }),
  cooldownSeconds: integers({
    default: defaults.cooldownSeconds,
    min: 0,
    max: 3600,
    unit: "seconds",
    about:
      "Waits after the first, second, … send to a number; the last one repeats. A passed code lifts the wait.",
    source: "Twilio Verify guidance: 30 s between sends",
  }),
  sendsPerHour: integer({
    default: defaults.sendsPerHour,
    min: 0,
    max: 1000,
    about: "Sends to one number in any hour, by each of the four who spend (limits.md).",
  }),
  sendsPerDay: integer({
    default: defaults.sendsPerDay,
    min: 0,
    max: 1000,
    about: "Sends to one number in any 24 hours, by each of the four who spend (limits.md).",
  }),
  guessesPerCode: integer({
    default: 5,
    min: 1,
    max: 10,
    about: "Wrong guesses after which a code is dead.",
    source: "Twilio Verify: 5",
  }),
  guessesPerHour: integer({
    default: 10,
    min: 1,
    max: 100,
    about:
      "Wrong guesses of one account in any hour, over resends and over all its factors; a known device has its own.",
    source: "OWASP ASVS 5.0 6.6.3",
  }),
  guessesInARow: integer({
    default: 100,
    min: 1,
    max: 100,
    about:
      "Wrong guesses in a row after which the factor is off until it is bound anew; no timer clears it. One in five is kept for known devices.",
    source: "NIST SP 800-63B-4 §3.2.2",
  }),
});

interface Channel {
  name: string;
  amr: string;
  defaults: ChannelDefaults;
}

/** Builds the factor of one channel. Throws a TypeError that names the option when one is missing, unknown or out of range. */
export function phoneFactor({ name, amr, defaults }: Channel, options: PhoneFactorOptions): DeliveredFactor {
  const parsed = parseOptions(name, phoneSchema(defaults), options);
  const { transport } = parsed;
  if (transport === undefined)
    throw new TypeError(`${name}: transport is required, for example consoleTransport()`);
  if (transport.channels?.includes(name) === false)
    throw new TypeError(
      `${name}: transport "${transport.name}" does not carry it (${transport.channels.join(", ")})`,
    );
  return deliveredCode({
    name,
    channel: name,
    amr,
    transport,
    timeoutMs: options.timeoutMs ?? transport.timeoutMs ?? parsed.timeoutMs,
    strict: options.strict ?? (transport as { strict?: boolean }).strict ?? parsed.strict,
    phones: { ...parsed.countries, blockedTypes: parsed.blockedTypes },
    rules: {
      codeLength: parsed.codeLength,
      ttlMs: parsed.ttlSeconds * 1000,
      resend: parsed.resend,
      sends: {
        cooldownsMs: parsed.cooldownSeconds.map((each) => each * 1000),
        perHour: parsed.sendsPerHour,
        perDay: parsed.sendsPerDay,
      },
      guesses: {
        perCode: parsed.guessesPerCode,
        perHour: parsed.guessesPerHour,
        inARow: parsed.guessesInARow,
      },
    },
  });
}

function isCountryRule(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  checkNested("countries", value, { allow: true, deny: true });
  const known = new Set<string>(getCountries());
  for (const [name, list] of Object.entries(value) as [string, unknown][]) {
    if (list === undefined) continue;
    if (!Array.isArray(list) || (list.length === 0 && name === "allow"))
      throw new TypeError(`countries.${name} must be a list of ISO countries, got ${describe(list)}`);
    const wrong: unknown = list.find((each) => !known.has(each as string));
    if (wrong !== undefined || list.includes(undefined))
      throw new TypeError(`countries.${name} must be a list of ISO countries, got ${describe(wrong)} in it`);
  }
  return true;
}
