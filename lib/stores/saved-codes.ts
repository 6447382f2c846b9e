import type { Consequences, GuessKeys, GuessLimits } from "./guess-limits.ts";

/** What is known of a code only once it was looked for has no guesses of its own. */
type SavedGuesses = Omit<GuessLimits, "perCode">;

/**
 * Codes that are kept for later as salted hashes: a set per account, each of them good once. Whoever hashes what was typed
 * asks `read` first and tells `spend` which record matched; `spend` is the one step that judges, counts and consumes.
 */
export interface SavedCodes {
  /** Replaces the whole set; the old one is dead in the same step, and the failures in a row are forgotten. */
  replace(request: { keys: SavedKeys; set: SavedSet }): Promise<void>;
  /** The set as it stands, or why nobody may guess now; changes nothing. */
  read(request: { keys: SavedKeys; now: number; guesses: SavedGuesses }): Promise<SavedAnswer>;
  /** `record` is the name of the record that matched; undefined counts a wrong guess, as does a record that is gone. */
  spend(request: {
    keys: SavedKeys;
    now: number;
    guesses: SavedGuesses;
    record: string | undefined;
    /** This guess was counted as wrong before, and was found right: the record passes if nobody has used it yet. */
    counted?: boolean;
  }): Promise<SpendAnswer>;
  erase(setKey: string): Promise<void>;
}

export interface SavedKeys extends GuessKeys {
  set: string;
}

export interface SavedSet {
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** How each record is hashed, for whoever checks it later. */
  parameters: string;
  /** By name; opaque to the store. */
  records: Readonly<Record<string, string>>;
}

/** `limited` and `disabled` come with the set as well: what is on file may be shown to its owner. */
export interface SavedAnswer {
  set: SavedSet | undefined;
  /** Milliseconds until a guess may be made; 0 when it may be made now. */
  retryAfterMs: number;
  disabled: boolean;
}

export type SpendAnswer =
  | { outcome: "passed"; remaining: number }
  | ({ outcome: "mismatch"; attemptsRemaining: number } & Consequences)
  | { outcome: "limited"; retryAfterMs: number }
  | { outcome: "disabled" };
