/** Codes that were put on file. */
export interface IssuedCodes {
  /** As people copy them. Shown once. */
  codes: readonly string[];
  /** Puts the old set back: called where nobody could be shown the new one. */
  giveBack?(): void | PromiseLike<void>;
}

export interface CodesInventory {
  remaining: number;
  /** ISO 8601. */
  generated_at: string;
  /** So few are left that it is time for a new set. */
  low: boolean;
}
