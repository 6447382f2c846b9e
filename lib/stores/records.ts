/** A sealed value, and the keyed fingerprint that it is found by. Canonical base64url. */
export interface SealedRecord {
  /** What it holds, sealed. */
  sealed: string;
  /** Keyed digest of what it holds. */
  fingerprint: string;
}

/** Sealed values under opaque ids, each found by a fingerprint that no other has. Kept until they are removed. Each verb is one atomic step. */
export interface Records {
  /**
   * Writes a new record, or replaces the one that was read before. Answers false, and changes nothing, when another id holds one of `taken`, or the
   * record is not the one that was read.
   */
  write(request: {
    id: string;
    record: SealedRecord;
    /** The fingerprints under which somebody else may be found; four at most. */
    taken: readonly string[];
    before: SealedRecord | undefined;
  }): Promise<boolean>;
  /** The record with this id; undefined where there is none. */
  read(id: string): Promise<SealedRecord | undefined>;
  /** The id that holds any of these fingerprints. */
  find(fingerprints: readonly string[]): Promise<string | undefined>;
  /** Answers false when the record is not the one that was read. */
  remove(id: string, before: SealedRecord): Promise<boolean>;
  /** Some of the ids, and where to go on; an empty cursor begins, and ends. */
  scan(cursor: string): Promise<{ ids: string[]; cursor: string }>;
}

/** Secrets that may be in use at once. */
export const MOST_TAKEN = 4;
