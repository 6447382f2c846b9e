import { getCountries } from "libphonenumber-js/max";
import { inProduction } from "../environment.ts";
import { boolean, choice, custom, integer, integers, parseOptions } from "../options.ts";
import { BLOCKED_TYPES } from "../phone/policy.ts";
import type { Transport } from "../transports/transport.ts";
import { deliveredCode } from "./delivered-code.ts";
import type { Factor } from "./factor.ts";

export interface SmsOptions {
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

export const smsSchema = {
  transport: custom<Transport | undefined>({
    default: undefined,
    shape: "a transport ({ name, send })",
    is: (value) => typeof (value as Transport | null)?.send === "function",
    about: "What carries the messages. Required.",
  }),
  countries: custom<NonNullable<SmsOptions["countries"]>>({
    default: {},
    shape: "{ allow?, deny? } with lists of ISO 3166-1 alpha-2 codes",
    is: isCountryRule,
    about:
      "Countries that may be sent to, by the number's own country; `deny` wins, `allow` left out means every country.",
    source: "OWASP, Twilio fraud guide: allow only where your users are",
  }),
  blockedTypes: custom<readonly string[]>({
    default: BLOCKED_TYPES,
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
    about: "How long the transport may take.",
  }),
  cooldownSeconds: integers({
    default: [30, 60],
    min: 0,
    max: 3600,
    unit: "seconds",
    about:
      "Waits after the first, second, … send to a number; the last one repeats. A passed code lifts the wait.",
    source: "Twilio Verify guidance: 30 s between sends",
  }),
  sendsPerHour: integer({ default: 5, min: 0, max: 1000, about: "Sends to one number in any hour." }),
  sendsPerDay: integer({ default: 10, min: 0, max: 1000, about: "Sends to one number in any 24 hours." }),
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
    about: "Wrong guesses of one account and purpose in any hour, over resends.",
    source: "OWASP ASVS 5.0 6.6.3",
  }),
  guessesInARow: integer({
    default: 100,
    min: 1,
    max: 100,
    about: "Wrong guesses in a row after which the factor is off until it is bound anew; no timer clears it.",
    source: "NIST SP 800-63B-4 §3.2.2",
  }),
};

/**
 * Codes by text message. Throws a TypeError that names the option when one is missing, unknown or out of range.
 *
 * @example
 * const factors = createFactors({ secret, accounts, factors: [sms({ transport, countries: { allow: ["TW", "JP"] } })] });
 */
export function sms(options: SmsOptions): Factor {
  const parsed = parseOptions("sms", smsSchema, options);
  if (parsed.transport === undefined)
    throw new TypeError("sms: transport is required, for example consoleTransport()");
  if (parsed.countries.allow === undefined) warnOfEveryCountry();
  return deliveredCode({
    name: "sms",
    amr: "sms",
    transport: parsed.transport,
    timeoutMs: parsed.timeoutMs,
    strict: parsed.strict,
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

/** Fraudsters earn on texts to far-away numbers; who does not say where the users are pays for that. */
function warnOfEveryCountry(): void {
  if (!inProduction()) return;
  process.emitWarning("sms: codes may be sent to every country; set countries.allow to those of your users", {
    code: "PASSPORT_FACTORS_EVERY_COUNTRY",
  });
}

function isCountryRule(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const known = new Set<string>(getCountries());
  return Object.entries(value).every(
    ([name, list]) =>
      (name === "allow" || name === "deny") &&
      (list === undefined ||
        (Array.isArray(list) &&
          (list.length > 0 || name === "deny") &&
          list.every((each) => known.has(each as string)))),
  );
}
