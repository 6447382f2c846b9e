import { guessesInARow, guessesPerHour } from "./guess-options.ts";
import { checkNested, custom, describe, parseOptions } from "../options.ts";
import { library } from "../phone/library.ts";
import { BLOCKED_TYPES } from "../phone/policy.ts";
import type { Transport } from "../transports/transport.ts";
import {
  codeRulesSchema,
  deliverySchema,
  SEND_DEFAULTS,
  type CodeRules,
  type CodeSection,
  type SendDefaults,
} from "./code-section.ts";
import { defineFactor } from "./define-factor.ts";
import type { CodeFactor } from "./factor.ts";
import { phoneDestination } from "./phone-destination.ts";
import { phoneTexts } from "./phone-texts.ts";

/** Options of every factor that brings a code to a phone. */
export interface PhoneFactorOptions extends CodeRules {
  /** What carries the messages. */
  transport: Transport;
  /** ISO country codes that may be sent to. `deny` wins; `allow` left out means every country. */
  countries?: { allow?: readonly string[]; deny?: readonly string[] };
  blockedTypes?: readonly string[];
  strict?: boolean;
  timeoutMs?: number;
  guessesPerHour?: number;
  guessesInARow?: number;
}

/** What differs from channel to channel. */
export interface ChannelDefaults extends SendDefaults {
  blockedTypes: readonly string[];
}

export const TEXT_DEFAULTS: ChannelDefaults = { blockedTypes: BLOCKED_TYPES, ...SEND_DEFAULTS };

/** The schema of one channel; the reference page is made from it. */
export const phoneSchema = (defaults: ChannelDefaults) => ({
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
  ...deliverySchema,
  ...codeRulesSchema(defaults, "a number"),
  guessesPerHour: guessesPerHour(
    "Wrong guesses of one account in any hour, over resends and over all its factors; a known device has its own.",
  ),
  guessesInARow: guessesInARow(
    "Wrong guesses in a row after which the factor is off until it is bound anew; no timer clears it. One in five is kept for known devices.",
  ),
});

interface Channel extends Pick<CodeSection, "message" | "carriesText" | "readOut"> {
  name: "sms" | "call" | "whatsapp";
  amr: string;
  defaults: ChannelDefaults;
  /** A number is proven under the rules of this channel. */
  provesNumbers?: boolean;
}

/** Builds the factor of one channel. Throws a TypeError that names the option when one is missing, unknown or out of range. */
export function phoneFactor(channel: Channel, options: PhoneFactorOptions): CodeFactor {
  const { name, amr, defaults, provesNumbers = false, ...carried } = channel;
  const parsed = parseOptions(name, phoneSchema(defaults), options);
  const { transport, countries, blockedTypes, strict, guessesPerHour, guessesInARow } = parsed;
  if (transport === undefined)
    throw new TypeError(`${name}: transport is required, for example consoleTransport()`);
  if (transport.channels?.includes(name) === false)
    throw new TypeError(
      `${name}: transport "${transport.name}" does not carry it (${transport.channels.join(", ")})`,
    );
  const { codeLength, ttlSeconds, resend, cooldownSeconds, sendsPerHour, sendsPerDay, guessesPerCode } =
    parsed;
  return defineFactor({
    name,
    amr,
    class: "phone",
    uses: ["login", "step-up", "recovery"],
    texts: phoneTexts(name),
    field: "pin_number",
    limits: { guessesPerHour, guessesInARow },
    code: {
      destination: phoneDestination({ ...countries, blockedTypes }, { reachesAll: provesNumbers }),
      transport,
      strict: options.strict ?? (transport as { strict?: boolean }).strict ?? strict,
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      rules: { codeLength, ttlSeconds, resend, cooldownSeconds, sendsPerHour, sendsPerDay, guessesPerCode },
      ...carried,
    },
  });
}

function isCountryRule(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  checkNested("countries", value, { allow: true, deny: true });
  const known = library().countries;
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
