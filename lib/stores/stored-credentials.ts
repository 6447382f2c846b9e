/** What is on file for one factor of an account. The value is an opaque text; the kind holds no colon. */
export interface StoredCredential {
  /** The tenant it belongs to. */
  tenant: string;
  /** The id of the account. */
  account: string;
  /** Tells the page apart from the others. */
  kind: string;
  /** No other credential of this tenant and kind has it. */
  id: string;
  /** What it holds, sealed. */
  value: string;
}

/**
 * What is on file for the factors of accounts, such as public keys: kept until it is removed, and never expiring. An expiry, be it of years, would
 * also let a Redis that evicts what is volatile throw away somebody's second factor. Each verb is one atomic step.
 */
export interface StoredCredentials {
  /** All of an account and a kind. */
  list(tenant: string, account: string, kind: string): Promise<{ id: string; value: string }[]>;
  /** The one with this id, whoever has it. */
  find(tenant: string, kind: string, id: string): Promise<{ account: string; value: string } | undefined>;
  /** Answers false, and changes nothing, where the id is taken or the account has `most` of this kind. */
  add(credential: StoredCredential, most: number): Promise<boolean>;
  /** Puts another value where everything is still as given; answers whether it was. */
  replace(before: StoredCredential, after: string): Promise<boolean>;
  /** Answers whether it was there. */
  remove(credential: Omit<StoredCredential, "value">): Promise<boolean>;
  /** All of the account, or all of these kinds. */
  removeAll(tenant: string, account: string, kinds?: readonly string[]): Promise<void>;
  /** Some of a tenant's, and where to go on; an empty cursor begins, and ends. */
  scan(tenant: string, cursor: string): Promise<{ credentials: StoredCredential[]; cursor: string }>;
}
