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
import type { SavedProofs, SavedRules, SavedVerdict } from "../challenges/saved-proofs.ts";
import type { FactorClass, FactorKit } from "./definition.ts";
import type { PhonePolicy } from "../phone/policy.ts";
import type { Admission, PendingRecord, ReadAnswer } from "../stores/store.ts";
import type { CallbackUrls, Receipt, Transport } from "../transports/transport.ts";

/** What a factor works with; built once by `createFactors`. */
export interface FactorTools {
  challenges: Challenges;
  saved: SavedProofs;
  /** Guesses that a factor judges by itself. */
  counted: CountedGuesses;
  /** The app's name in messages. */
  appName: string;
  /** Host of the origin-bound line; undefined leaves the line out. */
  host: string | undefined;
  /** What a factor of that name works with that was made by `defineFactor`; `browser` names the session whose guess is judged. */
  kit(name: string, browser?: string): FactorKit;
  /** Forgets what such factors have on file for an account. */
  eraseCredentials(account: string): Promise<void>;
  /** A number for app-store review: nothing is sent, and this is its code. */
  fixedCode(to: string): string | undefined;
  /** Addresses for the provider's callbacks, where this app can be called; a call's script is kept there until it is fetched. */
  callbacks(transport: Transport, script: CallScript | undefined): Promise<CallbackUrls | undefined>;
}

/** What a call reads out once somebody has pressed a key. */
export interface CallScript {
  code: string;
  locale: string;
  expiresAt: number;
}

/** Who is proving, from which guess bucket. */
export interface Holder {
  account: string;
  /** The number on file (E.164). */
  phone: string | undefined;
  /** A known device's id, or the guess bucket of all strangers. */
  bucket: string;
}

/**
 * A way to prove who somebody is: one file, one value in the app's list. The verbs are the same for every factor;
 * a login's second step and a step-up are the same loop over them.
 */
export interface Factor {
  readonly name: string;
  /** RFC 8176 authentication method reference, or several. */
  readonly amr: string | readonly string[];
  /** Two of one class are not two factors; left out: it is in none with any other. */
  readonly class?: FactorClass;
  /** The form field that carries what is typed. */
  readonly field: string;
  /** Whether the account has this on file. */
  enrolled(holder: Holder, tools: FactorTools): Promise<boolean>;
  /** What was typed, in its one canonical form; undefined for anything that cannot be right, which then costs nothing. */
  parse(response: unknown): unknown;
}

/** A factor whose proof was handed out before, such as backup codes. */
export interface SavedFactor extends Factor {
  /** So many left, or fewer, are told as low. */
  readonly low: number;
  readonly rules: SavedRules;
  readonly amr: string;
  parse(response: unknown): string | undefined;
  verify(holder: Holder, code: string, tools: FactorTools): Promise<SavedVerdict>;
}

/** A factor that brings a code to a phone. All of them share the code, its guesses and its life: they are one factor in several channels. */
export interface DeliveredFactor extends Factor {
  readonly channel: string;
  readonly amr: string;
  readonly transport: Transport;
  /** Whether a message may say something else than a code. */
  readonly carriesText: boolean;
  /** Whether a failed delivery is an error (and the unusable code removed) or only a warning. */
  readonly strict: boolean;
  readonly phones: PhonePolicy;
  readonly rules: ChallengeRules;
  parse(response: unknown): string | undefined;
  begin(request: BeginRequest, tools: FactorTools): Promise<Begun | Other>;
  verify(ref: ChallengeRef, attempt: TypedCode, tools: FactorTools): Promise<Verdict>;
  read(ref: ChallengeRef, tools: FactorTools): Promise<ReadAnswer & { mine: boolean }>;
  revoke(ref: ChallengeRef, undelivered: boolean, tools: FactorTools): Promise<void>;
}

export interface TypedCode {
  code: string;
  /** The receipt of a code that the provider made itself. */
  managed: string | undefined;
  /** Nothing may be judged before it is through; `challenges.verify` sees to that. */
  admission: Admission | undefined;
}

export interface BeginRequest {
  ref: ChallengeRef;
  keeping: Keeping;
  /** BCP 47. */
  locale: string;
  /** What the message says in place of a code, which nobody is told then. */
  instead?: string | undefined;
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

export function isDelivered(factor: Factor): factor is DeliveredFactor {
  return "transport" in factor;
}

export function isSaved(factor: Factor): factor is SavedFactor {
  return "rules" in factor && !isDelivered(factor);
}
