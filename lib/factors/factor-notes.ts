/** Short-lived values, anything that JSON can say; sealed before they reach the store, each verb one atomic step. */
export interface FactorNotes {
  /** Reads what was noted; undefined where nothing is. */
  read(key: string): Promise<unknown>;
  /** Reads and forgets: of all who ask at once, one gets it. */
  take(key: string): Promise<unknown>;
  /** Writes the value unless one of the same or a higher rank stands there; answers whether it did. Kept for `ttlSeconds`, at most 400 days. */
  advance(key: string, rank: number, value: unknown, ttlSeconds: number): Promise<boolean>;
}
