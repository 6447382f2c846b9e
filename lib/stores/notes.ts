/** Short-lived values under digested keys. Each verb is one atomic step; every value has an expiry from the step that writes it. */
export interface Notes {
  /** With `insist`, it is tried on for as long as it is worth where it cannot be written now. */
  put(key: string, value: string, now: number, ttlMs: number, insist?: boolean): Promise<void>;
  /** Reads what was noted; undefined where nothing is. */
  read(key: string, now: number): Promise<string | undefined>;
  /** Reads and forgets: of all who ask at once, one gets it. */
  take(key: string, now: number): Promise<string | undefined>;
  /** Forgets the note where it still is this one. Good for any number of times; where it cannot be done now, it is tried for as long as it is worth. */
  drop(key: string, value: string, now: number): Promise<void>;
  /** Writes the value unless one of the same or a higher rank stands there; answers whether it did. */
  advance(key: string, step: { rank: number; value: string }, now: number, ttlMs: number): Promise<boolean>;
}
