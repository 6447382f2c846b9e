import { STRANGERS } from "./budgets.ts";
import { failuresKey, type AccountKey } from "./keys.ts";

/**
 * Wrong guesses in a row of one authenticator. NIST SP 800-63B-4 §3.2.2 has it off after 100 of them; one in five is kept for known devices, in a row of
 * their own: strangers who guess turn it off for strangers, never for the devices that the owner has passed on, and both together have no more.
 */
export interface Rows {
  /** Where a guess bucket's are counted. */
  keyOf(account: AccountKey, authenticator: string, bucket: string): string;
  /** How many of them turn it off there. Of fewer than five there is nothing to share: each row has them all. */
  limitOf(bucket: string, inARow: number): number;
  /** Every row of it: it was bound anew. */
  all(account: AccountKey, authenticator: string): string[];
  /** What else a pass in this guess bucket forgives: a known device vouches for its owner, and strangers' guesses are no longer in a row. */
  forgiven(account: AccountKey, authenticator: string, bucket: string): string | undefined;
}

/** `apart`: whether there are known devices. */
export function createRows(apart: boolean): Rows {
  const strangers = failuresKey;
  const known = (account: AccountKey, authenticator: string) =>
    failuresKey(account, `${authenticator}.known`);
  return {
    keyOf: (account, authenticator, bucket) =>
      (bucket === STRANGERS ? strangers : known)(account, authenticator),
    limitOf(bucket, inARow) {
      const kept = apart ? Math.floor(inARow / 5) : 0;
      if (kept === 0) return inARow;
      return bucket === STRANGERS ? inARow - kept : kept;
    },
    all: (account, authenticator) => [strangers(account, authenticator), known(account, authenticator)],
    forgiven: (account, authenticator, bucket) =>
      bucket === STRANGERS ? undefined : strangers(account, authenticator),
  };
}
