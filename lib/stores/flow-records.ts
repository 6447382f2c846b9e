/**
 * Records of what takes several steps, such as a recovery. Each is moved from one generation to the next, so that of all who act on one generation
 * one does. Each verb is one atomic step; keys arrive digested, and every record has an expiry from the step that writes it.
 */
export interface FlowRecords {
  /** Writes a record. */
  put(key: string, record: FlowRecord, now: number, ttlMs: number): Promise<void>;
  read(key: string, now: number): Promise<FlowRecord | undefined>;
  /** Replaces the record where it is of this generation and state; answers whether it was. */
  move(key: string, move: FlowMove, now: number, ttlMs: number): Promise<boolean>;
  remove(key: string): Promise<void>;
}

export interface FlowRecord {
  /** Grows with each move. */
  generation: number;
  /** Letters, digits, `-`, `_` and `:`. */
  state: string;
  /** Opaque, without spaces. */
  value: string;
}

export interface FlowMove {
  from: Pick<FlowRecord, "generation" | "state">;
  to: FlowRecord;
  /** Where it stands from now on; left out: where it stood. */
  toKey?: string;
}
