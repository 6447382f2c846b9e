import type { MessageWords } from "./code-section.ts";
import type {
  ChallengeRef,
  ChallengeRules,
  Challenges,
  CodeTerms,
  Keeping,
  Other,
  Verdict,
} from "../challenges/challenge.ts";
import type { CountedGuesses } from "../challenges/counted-guesses.ts";
import type { FactorClass, FactorDefinition, FactorKit, FactorUse } from "./definition.ts";
import type { Languages } from "../locales/languages.ts";
import type { Destination } from "./destination.ts";
import type { Admission, PendingRecord } from "../stores/store.ts";
import type { CallbackUrls, Receipt, Transport } from "../transports/transport.ts";

/** What a factor works with; built once by `createFactors`. */
export interface FactorTools {
  /** Makes and judges codes. */
  challenges: Challenges;
  /** Guesses that a factor judges by itself. */
  counted: CountedGuesses;
  /** The app's name in messages. */
  appName: string;
  /** The texts, in every language. */
  languages: Languages;
  /** Host of the origin-bound line; undefined leaves the line out. */
  host: string | undefined;
  /** What a factor of that name works with that was made by `defineFactor`; `browser` names the session whose guess is judged. */
  kit(name: string, browser?: string): FactorKit;
  /** Forgets what such factors have on file for an account. */
  eraseCredentials(account: string): Promise<void>;
  /** A number for app-store review: nothing is sent, and this is its code. */
  fixedCode(to: string, kind: string): string | undefined;
  /** Addresses for the provider's callbacks, where this app can be called; a call's script is kept there until it is fetched. */
  callbacks(transport: Transport, script: CallScript | undefined): Promise<CallbackUrls | undefined>;
}

/** What a call reads out once somebody has pressed a key. */
export interface CallScript {
  /** The code that is read out. */
  code: string;
  /** The language in which it is read out. */
  locale: string;
  /** When it is over, in milliseconds since 1970. */
  expiresAt: number;
}

/** What all factors have. */
interface MadeFactor {
  /** Names it in lists, events and addresses. */
  readonly name: string;
  /** RFC 8176 authentication method reference, or several. */
  readonly amr: string | readonly string[];
  /** Two of one class are not two factors. */
  readonly class: FactorClass;
  /** What it may be used for. */
  readonly uses: readonly FactorUse[];
  /** What people read of it, by language. */
  readonly texts: FactorDefinition["texts"];
  /** The form field that carries what is typed. */
  readonly field: string;
  /** Wrong guesses of one account. */
  readonly guesses: {
    /** In any hour. */
    readonly perHour: number;
    /** In a row, after which it is off until it is bound anew. */
    readonly inARow: number;
  };
  /** What was typed, in its one canonical form; undefined for anything that cannot be right, which then costs nothing. */
  parse(response: unknown): unknown;
}

/** A factor that judges by itself, and may begin something before. */
export interface JudgedFactor extends MadeFactor {
  /** How it begins and judges. */
  readonly definition: FactorDefinition;
  /** A factor that judges for itself has none. */
  readonly code?: undefined;
  /** How often an account may begin it in an hour. */
  readonly beginsPerHour: number;
}

/** A factor whose codes the package makes, sends and judges. All of one kind of destination share the code: they are one factor in several channels. */
export interface CodeFactor extends MadeFactor {
  /** A factor whose code the package sends has none of these. */
  readonly definition?: undefined;
  /** How its code is made, sent and limited. */
  readonly code: SentCode;
  parse(response: unknown): string | undefined;
}

/** A way to prove who somebody is: one file, one value in the app's list, made by `defineFactor`. A login's second step and a step-up are the same loop over them. */
export type Factor = JudgedFactor | CodeFactor;
/** A factor as `defineFactor` makes it. */
export type DefinedFactor = Factor;

/** How the codes of a factor are made, sent and judged. */
export interface SentCode {
  readonly destination: Destination;
  readonly channel: string;
  readonly transport: Transport;
  /** Whether a message may say something else than a code. */
  readonly carriesText: boolean;
  /** Whether a failed delivery is an error (and the unusable code removed) or only a warning. */
  readonly strict: boolean;
  readonly rules: ChallengeRules;
  begin(request: BeginRequest, tools: FactorTools): Promise<Begun | Other>;
  verify(ref: ChallengeRef, attempt: TypedCode, tools: FactorTools): Promise<Verdict>;
}

export interface TypedCode {
  code: string;
  /** The receipt of a code that the provider made itself. */
  managed: string | undefined;
  /** Nothing may be judged before it is through; `challenges.verify` sees to that. */
  admission: Admission | undefined;
}

/** Words in place of a code; with a subject, they may need the mark that message and page share. */
export type Instead = string | ((about: { reference: string }) => MessageWords);

export interface BeginRequest {
  ref: ChallengeRef;
  keeping: Keeping;
  /** BCP 47. */
  locale: string;
  /** What the message says in place of a code, which nobody is told then. */
  instead?: Instead | undefined;
  /** Nothing may be sent before it is through; `challenges.issue` sees to that. */
  admission: Admission | undefined;
}

/** A message on its way, or one that did not get there. */
export interface Begun {
  terms: CodeTerms;
  record: PendingRecord;
  /** Milliseconds that the transport took. */
  tookMs: number;
  /** Why the transport was not asked at all; absent when it was. */
  unsent?: "test number" | "replaced" | "nobody";
  receipt?: Receipt;
  /** Why the message was not taken; absent when it was. */
  failure?: Error;
}
