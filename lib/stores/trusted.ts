/** Opaque values of an account's devices, by the device's id. Each verb is one atomic step; an account's values expire together, after the last write. */
export interface TrustedDevices {
  /** Adds one, and drops others beyond `most`, those with the smallest id first. */
  add(
    account: string,
    id: string,
    value: string,
    now: number,
    limits: { most: number; ttlMs: number },
  ): Promise<void>;
  list(account: string, now: number): Promise<{ id: string; value: string }[]>;
  /** Replaces a value that is still `before`; answers whether it was. */
  replace(
    account: string,
    id: string,
    change: { before: string; after: string },
    now: number,
  ): Promise<boolean>;
  remove(account: string, id: string): Promise<void>;
  removeAll(account: string): Promise<void>;
}
