import type { RateLimiterAbstract } from "rate-limiter-flexible";
import type { Consequences, GuessKeys, GuessLimits } from "./guess-limits.ts";
import type { Guesses } from "./guesses.ts";
import type { FlowRecords } from "./flow-records.ts";
import type { Notes } from "./notes.ts";
import type { Records } from "./records.ts";
import type { StoredCredentials } from "./stored-credentials.ts";
import type { SendLimit } from "../errors.ts";
import type { CapLimit, Spending } from "./spending.ts";
import type { TrustedDevices } from "./trusted.ts";

export type { Consequences, GuessKeys, GuessLimits } from "./guess-limits.ts";

/**
 * Where pending codes and their counters live. Each verb is one atomic step: whoever asks "is this code right?" gets the
 * answer, the count and the consumption at once. Keys arrive digested; the store never sees a code or a phone number.
 * Times are milliseconds since the epoch of the package's clock (`now`), so expiry is exact under a test's clock too.
 * Every key the store writes gets its expiry in the same step.
 */
export interface Store {
  /** Names the store in warnings. */
  readonly name: "memory" | "redis" | (string & {});
  /** Required. Counts one send and makes the code, or repeats the live one; or refuses and changes nothing. */
  issue(request: IssueRequest): Promise<IssueAnswer>;
  /** Required. Judges one guess: compares, counts and consumes in one step. */
  verify(request: VerifyRequest): Promise<VerifyAnswer>;
  /** Required. Undoes that the code passed in this request, of which nothing came; it is pending again, and what its passing ended stands again. */
  restore(request: RestoreRequest): Promise<void>;
  /** Required. Replaces the note of a pending code, if it is still the code with this digest; answers whether it was. */
  amend(request: AmendRequest): Promise<boolean>;
  /** Required. What is pending, as it stands; changes nothing. */
  read(request: ReadRequest): Promise<ReadAnswer>;
  /** Required. Forgets the pending code; `liftCooldown` lets the next send go at once (the hourly and daily counts stay). */
  revoke(request: RevokeRequest): Promise<void>;
  /** Required. Forgets the failures of a factor (it was bound anew). */
  reset(failuresKey: string): Promise<void>;
  /** Required. Forgets the wrong guesses of an account, on every device (somebody unlocked it). */
  unlock(guessesKey: string): Promise<void>;
  /** Required. Takes back the last wrong guess of a guess bucket, which nobody could judge. */
  takeBack(request: { keys: GuessKeys; now: number }): Promise<void>;
  /** Required. Wrong guesses of factors that the store does not judge. */
  readonly guesses: Guesses;
  /** Required. Short-lived values, such as what became of a message. */
  readonly notes: Notes;
  /** Required. Records of what takes several steps, such as a recovery. */
  readonly flows: FlowRecords;
  /** Required. Sealed values under opaque ids, such as phone numbers. */
  readonly records: Records;
  /** Required. What is on file for factors other than the phone. */
  readonly credentials: StoredCredentials;
  /** Required. Devices that stand in for a second factor. */
  readonly trusted: TrustedDevices;
  /** Required. A limiter for one bucket per client address; must go on working when the store is away. */
  limiter(policy: LimiterPolicy): RateLimiterAbstract;
  /** Required. Resolves when the store answers; rejects with `store_unavailable` otherwise. */
  ping(): Promise<void>;
}

/**
 * A request that is being counted for its address at this moment. A store that keeps the counts itself may look at the bucket in its own step,
 * which comes after that of the limiter, and needs no second round trip; any other waits for `counted` before it does anything.
 */
export interface Admission {
  /** Rejects with `too_many_requests` where the address is over its limit. Whoever holds it need not listen. */
  counted: Promise<void>;
  /** More than `points` in it: over the limit. */
  bucket: {
    /** The limiter that counts. */ limiter: string;
    /** Whom it counts. */ key: string;
    /** How many this costs. */ points: number;
  };
}

/** So many in so long. */
export interface LimiterPolicy {
  /** Part of the key: `send`, `verify`. */
  name: string;
  /** How many. */
  points: number;
  /** In how long. */
  durationSeconds: number;
}

/** Sends are kept as the times of the recent ones (24 h); every limit is a question to that list. */
export interface SendLimits {
  /** Waits after the first, second, ... send since the last passed challenge; the last one repeats. Milliseconds. */
  cooldownsMs: readonly number[];
  /** In any hour. */
  perHour: number;
  /** In any day. */
  perDay: number;
}

/** The keys of one code. */
export interface ChallengeKeys extends GuessKeys {
  /** What is pending in one session or API flow: one code at a time. */
  challenge: string;
  /** Times of the sends to this number. */
  number: string;
}

/** A code to be kept. */
export interface IssueRequest {
  /** The keys of the code. */
  keys: ChallengeKeys;
  /** Times of the sends to numbers that are not this account's own; only where the number is not on file yet. */
  accountKey?: string;
  /** Milliseconds since 1970. */
  now: number;
  /** Its life. */
  ttlMs: number;
  /** What the code is about (purpose, account, number), as one digest per secret, the newest first. A code about anything else is not repeated. */
  about: readonly string[];
  /** The factor that carries it this time. */
  by: string;
  /** Opaque text that is kept with a new code; that of a repeated one stays. */
  note: string;
  /** A record about something else: `replace` it, or change nothing and `tell` of it. */
  other: "replace" | "tell";
  /** How long the record is kept, so that a code that is over can be asked for again; not shorter than `ttlMs`. */
  keepMs: number;
  /** Canonical base64url, as is `sealed`: a store may keep the bytes. */
  digest: string;
  /** Like no other: by it a store may know the very same request once more. */
  sealed: string;
  /** `same`: a live code is repeated; `new`: it is replaced (its guesses stay spent). */
  resend: "same" | "new";
  /** The limits of sends. */
  sends: SendLimits;
  /** The limits of guesses. */
  guesses: GuessLimits;
  /** What is counted over all accounts; left out: nothing. */
  spending?: Spending;
  /** Who is refused by it changes nothing, and is answered as `counted` rejects. */
  admission?: Admission | undefined;
}

/** Whether it is kept, or why not. */
export type IssueAnswer =
  | {
      outcome: "issued";
      repeated: boolean;
      record: PendingRecord;
      sealed: string;
      attemptsRemaining: number;
      expiresAt: number;
      resendAfterMs: number;
    }
  /** Something else is pending here. */
  | { outcome: "other"; record: PendingRecord }
  /** `limit` is the one with the longest wait; of equal ones, in the order account, number, cooldown, lockout; block before caps, breaker before budgets. */
  | { outcome: "limited"; retryAfterMs: number; limit: SendLimit }
  /** Sends to this calling code, or all sends, are paused; `tripped` by this very send. */
  | { outcome: "paused"; retryAfterMs: number; limit: "breaker" | CapLimit; tripped: boolean }
  | { outcome: "disabled" };

/** What is kept of a pending code beside the code. */
export interface PendingRecord {
  /** Tells this code from the one before it: names the code that `amend` means. */
  digest: string;
  /** The factors that have carried the code, the latest last. */
  by: readonly string[];
  /** What the caller keeps beside it. */
  note: string;
}

/** What changes of a code that lives. */
export interface AmendRequest {
  /** As in {@link ChallengeKeys}. */
  challenge: string;
  /** Milliseconds since 1970. */
  now: number;
  /** Digest of the code. */
  digest: string;
  /** What the caller keeps beside it. */
  note: string;
}

/** A guess. */
export interface VerifyRequest {
  /** The keys of the code. */
  keys: ChallengeKeys;
  /** Milliseconds since 1970. */
  now: number;
  /** As in {@link IssueRequest}; any may match. None: nothing is judged but whether the code has passed before. */
  about: readonly string[];
  /** The factor at whose door it was typed; one that has not carried the code is answered `expired`. */
  by: string;
  /** One digest of the typed code per secret; any may match. Unless `judged` by somebody else. */
  digests: readonly string[];
  /** `elsewhere`: the guess is counted as wrong, and somebody else judges it; `right`: it was, and passes if nobody has used it yet. */
  judged?: "elsewhere" | "right";
  /** A random id of this request, so that a repetition of the very same one on the wire is answered as it was before. */
  attempt: string;
  /** The limits of guesses. */
  guesses: GuessLimits;
  /** The breaker of the number's calling code, which learns of codes that pass. */
  breakerKey?: string;
  /** Who is refused by it learns nothing, uses nothing up, and is answered as `counted` rejects. */
  admission?: Admission | undefined;
}

/** What it was judged by. */
export type RestoreRequest = Pick<
  VerifyRequest,
  "keys" | "now" | "digests" | "judged" | "attempt" | "breakerKey"
>;

/** `passed` is a recorded fact: only this step can make it, and it makes it once. */
export type VerifyAnswer =
  /** `resumed`: it ended the pause of a calling code. */
  | { outcome: "passed"; resumed: boolean }
  /** The same right code, after it has passed: nothing is counted, and it is worth nothing by itself. */
  | { outcome: "repeated" }
  /** Something else is pending here: nothing is judged. */
  | { outcome: "other"; record: PendingRecord }
  | ({ outcome: "mismatch"; attemptsRemaining: number } & Consequences)
  /** Nothing is pending, or it is over. */
  | { outcome: "expired" }
  /** The code's guesses are used up; `counted` where this very guess used up the last one. */
  | ({ outcome: "exhausted"; counted: boolean } & Consequences)
  /** The account's guesses of this hour are used up. */
  | { outcome: "limited"; retryAfterMs: number }
  | { outcome: "disabled" };

/** Asks what is known of a code. */
export interface ReadRequest {
  /** The keys of the code. */
  keys: ChallengeKeys;
  /** Milliseconds since 1970. */
  now: number;
  /** The limits of sends. */
  sends: SendLimits;
  /** The limits of guesses. */
  guesses: GuessLimits;
}

/** What is known of a code, and of the limits around it. */
export interface ReadAnswer {
  /** Kept as long as a code may be asked for again; absent when nothing is pending, or it has passed. */
  record?: PendingRecord & { about: string };
  /** Absent when no code is alive. `attemptsRemaining` counts both the code's and the hour's guesses. */
  challenge?: {
    /** Guesses that are left. */ attemptsRemaining: number;
    /** When it is over, in milliseconds since 1970. */ expiresAt: number;
  };
  /** Milliseconds until the next send may go; 0 when it may go now. */
  resendAfterMs: number;
}

/** Takes a code back. */
export interface RevokeRequest {
  /** The keys of the code. */
  keys: ChallengeKeys;
  /** Milliseconds since 1970. */
  now: number;
  /** Another may be sent at once. */
  liftCooldown: boolean;
  /** The only code that is meant; left out: any. */
  digest?: string;
  /** The breaker need not wait for a code whose message was never taken. */
  breakerKey?: string;
}
