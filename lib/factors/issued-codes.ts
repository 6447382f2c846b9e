/** Codes that were put on file. */
export interface IssuedCodes {
  /** As people copy them. Shown once. */
  codes: readonly string[];
  /** Puts the old set back: called where nobody could be shown the new one. */
  giveBack?(): void | PromiseLike<void>;
}

/** What is left of a set. */
export interface CodesInventory {
  /** Codes that are left. */
  remaining: number;
  /** ISO 8601. */
  generated_at: string;
  /** So few are left that it is time for a new set. */
  low: boolean;
}
