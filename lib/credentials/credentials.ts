/** One credential of an account. */
export interface Credential {
  /** Names the credential. */
  id: string;
  /** Opaque: sealed by this package before it comes here. */
  value: string;
}

/** A credential with all that names it. */
export interface NamedCredential extends Credential {
  /** The id of the account. */
  account: string;
  /** Tells the page apart from the others. */
  kind: string;
}

/**
 * What is on file in one tenant for factors other than the phone: TOTP secrets, public keys, contacts, answers. An account has any number of each
 * `kind` (a factor's name), each under an `id` that no other account has for that kind. Each verb is one atomic step, however many processes there
 * are, and answers with a value; it throws only where it could not be carried out (`store_unavailable`). What is on file never expires.
 *
 * Texts come in bounds: `account` and `id` are well-formed Unicode without NUL of at most 600 and 1400 bytes of UTF-8, `kind` is 1 to 32 lower-case
 * letters, digits and dashes, `value` has at most 16384 bytes. All are compared to the letter: case and spaces count.
 */
export interface Credentials {
  /** Required. All of an account's of one kind, in any order; empty for none. */
  list(account: string, kind: string): Promise<Credential[]>;
  /** Required. The one with this id, whosever it is. */
  find(kind: string, id: string): Promise<{ account: string; value: string } | undefined>;
  /** Required. Answers false, and changes nothing, where any account has the id, or this one has `most` of the kind. */
  add(account: string, kind: string, id: string, value: string, most: number): Promise<boolean>;
  /** Required. Replaces a value that is still `before`, to the letter; answers whether it was: of all who replace one value, one does. */
  replace(account: string, kind: string, id: string, before: string, after: string): Promise<boolean>;
  /** Required. Answers whether the account had it: of all who remove it, one did. */
  remove(account: string, kind: string, id: string): Promise<boolean>;
  /** Required. Removes all of an account's, or all of these kinds (of an empty list: none). */
  removeAll(account: string, kinds?: readonly string[]): Promise<void>;
  /**
   * Required: it is how values are sealed anew when the secret changes. Some of the tenant's, and where to go on; an empty cursor begins, and ends. What
   * stays on file all the while is seen at least once.
   */
  scan(cursor: string): Promise<{ credentials: NamedCredential[]; cursor: string }>;
}

/** Where credentials are kept: by `storeCredentials`, by `sqlCredentials`, or in the app's own way. */
export interface CredentialStore {
  /** The credentials of one tenant; no other tenant's are seen, found or touched through them. Throws a TypeError for what is no name. */
  inTenant(tenant: string): Credentials;
}
