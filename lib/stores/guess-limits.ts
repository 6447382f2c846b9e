/** How many guesses there are. */
export interface GuessLimits {
  /** For one code. */
  perCode: number;
  /** Wrong guesses per account and purpose in any hour, over resends. */
  perHour: number;
  /** Wrong guesses in a row after which the factor is off until `reset`. */
  inARow: number;
}

/** Whose wrong guesses are counted, and for which factor. */
export interface GuessKeys {
  /** Wrong guesses of this account, over all its factors. */
  guesses: string;
  /** Whose wrong guesses: a known device's, or those of all strangers together. Each guess bucket has the whole budget of an hour. */
  bucket: string;
  /** Wrong guesses in a row of this account and factor. */
  failures: string;
}

/** What one wrong guess may bring about. */
export interface Consequences {
  /** The factor is off until it is bound anew. */
  nowDisabled: boolean;
  /** The guess bucket has no guesses left in this hour. */
  nowLocked: boolean;
}
