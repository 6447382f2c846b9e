import type {
  Admission,
  Consequences,
  GuessLimits,
  PendingRecord,
  ReadAnswer,
  SendLimits,
} from "../stores/store.ts";

/** What a code is good for. A code made for one purpose never passes for another. */
export type Purpose = "login" | "step-up" | "phone" | "enrol" | "signup" | "recovery";

/** Which pending proof: a code passes for exactly this and nothing near it. */
export interface ChallengeRef {
  purpose: Purpose;
  account: string;
  /** What kind of destination it goes to. Each has codes, failures and limits of its own. */
  kind: string;
  /** The address, in its one canonical form. */
  to: string;
  /** What it is paid for with: what caps and breakers count by. */
  area: { code: string; block: string } | undefined;
  /** The handle under which one code at a time is pending: from the id of the session, or from the client's call. */
  binding: string;
  /** Whether `to` is the address on file; sends to any other are also counted per account. */
  onFile: boolean;
  /** The factor that carries the code, and at whose door it is typed. */
  factor: string;
  /** Sends are counted per address and channel. The code is the same in all channels. */
  channel: string;
  /** Whose guesses are counted: a known device's, or those of all strangers. */
  bucket: string;
}

export interface ChallengeRules {
  codeLength: number;
  ttlMs: number;
  resend: "same" | "new";
  sends: SendLimits;
  guesses: GuessLimits;
}

export interface Issued {
  code: string;
  terms: CodeTerms;
  record: PendingRecord;
}

/** What a new code is kept with, and what becomes of another one that is pending under the same handle. */
export interface Keeping {
  note: string;
  other: "replace" | "tell";
  /** Milliseconds that the record outlives its code by, at the least. */
  keepMs: number;
}

/** Something else is pending under that handle; nothing was done. */
export interface Other {
  other: PendingRecord;
}

/** What holds for a pending code; all of it may be told. */
export interface CodeTerms {
  /** Short mark that message and page share. */
  reference: string;
  repeated: boolean;
  attemptsRemaining: number;
  expiresAt: number;
  resendAfterMs: number;
}

export type Verdict =
  /** `resumed`: it ended the pause of a calling code. `giveBack`: the code is pending again, because nothing came of it. */
  | { outcome: "passed"; resumed: boolean; giveBack?: () => Promise<void> }
  /** The code has passed before, in this session. Worth nothing by itself. */
  | { outcome: "repeated" }
  | { outcome: "other"; record: PendingRecord }
  | ({ outcome: "failed"; reason: "mismatch"; attemptsRemaining: number } & Consequences)
  | ({ outcome: "failed"; reason: "exhausted" } & Consequences)
  | ({ outcome: "failed"; reason: "expired" } & Partial<Consequences>)
  | { outcome: "failed"; reason: "disabled" }
  | { outcome: "failed"; reason: "limited"; retryAfterMs: number };

/** The only place that makes or judges a delivered code. */
export interface Challenges {
  /** Makes a code (or takes the fixed one), or repeats the live one. Throws `too_many_requests`, `sends_paused`, `factor_disabled`, `store_unavailable`. */
  issue(
    ref: ChallengeRef,
    rules: ChallengeRules,
    admission: Admission | undefined,
    keeping: Keeping,
    fixed?: string,
  ): Promise<Issued | Other>;
  verify(
    ref: ChallengeRef,
    code: string,
    rules: ChallengeRules,
    admission: Admission | undefined,
  ): Promise<Verdict>;
  /** For a code that a provider made: counts the guess first, so that no parallel guess goes uncounted; then asks the provider. */
  verifyElsewhere(
    ref: ChallengeRef,
    code: string,
    rules: ChallengeRules,
    admission: Admission | undefined,
    ask: () => Promise<"approved" | "wrong" | "expired">,
  ): Promise<Verdict>;
  /** Whether this code has passed under this handle a short while ago; counted like a guess where it has not. */
  hasPassed(binding: string, code: string, admission: Admission | undefined): Promise<boolean>;
  /** What is pending; `mine` where it is about this. */
  read(ref: ChallengeRef, rules: ChallengeRules): Promise<ReadAnswer & { mine: boolean }>;
  /** Replaces the note of the code that this record is of. */
  amend(binding: string, record: PendingRecord, note: string): Promise<boolean>;
  /** Forgets the pending code, where a record is given only the one of that; `undelivered` lets the next send go at once. */
  revoke(ref: ChallengeRef, undelivered: boolean, record?: PendingRecord): Promise<void>;
  /** What is of that kind was bound anew: its failures are forgotten. */
  reset(account: string, kind: string): Promise<void>;
  /** Forgets the wrong guesses of an account, on every device. */
  unlock(account: string): Promise<void>;
  /** What a session that has passed keeps of the code, so that the same request once more is answered like the first. */
  digestOf(binding: string, code: string): string;
  isDigestOf(digest: string, binding: string, code: string): boolean;
  /** Short mark of a pending code, the same for every repetition: what message and page show. Four characters that are read well. */
  referenceOf(record: PendingRecord): string;
}
