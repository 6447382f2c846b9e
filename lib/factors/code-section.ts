import { boolean, choice, custom, integer, integers, parseOptions, type Parsed } from "../options.ts";
import type { Translate } from "../locales/languages.ts";
import type { ChallengeRules } from "../challenges/challenge.ts";
import type { Transport } from "../transports/transport.ts";
import type { FactorDefinition } from "./definition.ts";
import type { Destination } from "./destination.ts";
import type { FactorGuesses } from "./guess-options.ts";

/** What a message is made of. */
export interface CodeMessage {
  /** The code. */
  code: string;
  /** Short mark that message and page share. */
  reference: string;
  /** BCP 47. */
  locale: string;
  /** The texts of that language, the app's own among them. */
  t: Translate;
  /** The app's name. */
  appName: string;
  /** The host of the app's own address. */
  host: string | undefined;
  /** So long the code lives, rounded down. */
  minutes: number;
  /** What the code is for. */
  purpose: string;
}

/** The words of a message; a transport takes what its channel has a place for. */
export interface MessageWords {
  /** The message, as plain text. */
  text: string;
  /** Its subject, where it is a mail. */
  subject?: string;
  /** Its HTML, where it is a mail. */
  html?: string;
}

/** What holds for a code, its sends and its guesses. Channels to one kind of destination must agree on all but the sends. */
export interface CodeRules {
  /** Digits of a code. */
  codeLength?: number;
  /** Life of a code. */
  ttlSeconds?: number;
  /** `same` repeats the code that lives, `new` makes another. */
  resend?: "same" | "new";
  /** Wrong guesses of one code. */
  guessesPerCode?: number;
  /** Waits between two sends, the last one for all that follow. */
  cooldownSeconds?: readonly number[];
  /** Sends to one destination in any hour. */
  sendsPerHour?: number;
  /** Sends to one destination in any day. */
  sendsPerDay?: number;
}

/** A code that the package makes, sends, counts and judges, in place of a factor's own `begin` and `judge`. */
export interface CodeSection<Stored = unknown> {
  /** What the code is sent to. */
  destination: Destination<Stored>;
  /** What carries the messages. */
  transport: Transport;
  /** What transports and events call it. @default the factor's name */
  channel?: string;
  /** Whether a failed delivery is an error (and the unusable code removed) or only a warning. @default true */
  strict?: boolean;
  /** How long the transport may take. @default what the transport says, else 5000 */
  timeoutMs?: number;
  /** Length, life and limits of the code. */
  rules?: CodeRules;
  /** @default one sentence in the account's language */
  message?(about: CodeMessage): MessageWords;
  /** Whether a message may say something else in place of a code; not so with templates. @default whether the transport has no verifier of its own */
  carriesText?: boolean;
  /** Whether the provider fetches what it reads out. @default false */
  readOut?: boolean;
}

/**
 * A factor whose codes the package makes, sends, counts and judges: it says where they go and what carries them. Where the account has an address it is on
 * file.
 */
export interface CodeDefinition<Stored = unknown> extends Pick<
  FactorDefinition,
  "name" | "amr" | "class" | "uses" | "texts" | "field"
> {
  /** How the code is made, sent and limited. */
  code: CodeSection<Stored>;
  /** How many guesses an account has. */
  limits?: Omit<FactorGuesses, "beginsPerHour">;
}

/** What differs from channel to channel. */
export interface SendDefaults {
  cooldownSeconds: readonly number[];
  sendsPerHour: number;
  sendsPerDay: number;
}

export const SEND_DEFAULTS: SendDefaults = { cooldownSeconds: [30, 60], sendsPerHour: 5, sendsPerDay: 10 };

/** The schema of a code's rules; `to` is what sends are counted by: "a number". */
export const codeRulesSchema = (defaults: SendDefaults, to: string) => ({
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
  cooldownSeconds: integers({
    default: defaults.cooldownSeconds,
    min: 0,
    max: 3600,
    unit: "seconds",
    about: `Waits after the first, second, … send to ${to}; the last one repeats. A passed code lifts the wait.`,
    source: "Twilio Verify guidance: 30 s between sends",
  }),
  sendsPerHour: integer({
    default: defaults.sendsPerHour,
    min: 0,
    max: 1000,
    about: `Sends to one ${to.replace(/^an? /, "")} in any hour, by each of the four who spend (limits.md).`,
  }),
  sendsPerDay: integer({
    default: defaults.sendsPerDay,
    min: 0,
    max: 1000,
    about: `Sends to one ${to.replace(/^an? /, "")} in any 24 hours, by each of the four who spend (limits.md).`,
  }),
  guessesPerCode: integer({
    default: 5,
    min: 1,
    max: 10,
    about: "Wrong guesses after which a code is dead.",
    source: "Twilio Verify: 5",
  }),
});

/** The schema of how a code is carried. */
export const deliverySchema = {
  transport: custom<Transport | undefined>({
    default: undefined,
    shape: "a transport ({ name, send })",
    is: (value) => typeof (value as Transport | null)?.send === "function",
    about: "What carries the messages. Required.",
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
};

export type ParsedRules = Parsed<ReturnType<typeof codeRulesSchema>>;

export const parseRules = (where: string, given: CodeRules | undefined): ParsedRules =>
  parseOptions(where, codeRulesSchema(SEND_DEFAULTS, "an address"), given);

/** As the challenges take them. */
export function challengeRules(
  rules: ParsedRules,
  guesses: { perHour: number; inARow: number },
): ChallengeRules {
  return {
    codeLength: rules.codeLength,
    ttlMs: rules.ttlSeconds * 1000,
    resend: rules.resend,
    sends: {
      cooldownsMs: rules.cooldownSeconds.map((each) => each * 1000),
      perHour: rules.sendsPerHour,
      perDay: rules.sendsPerDay,
    },
    guesses: { perCode: rules.guessesPerCode, ...guesses },
  };
}
