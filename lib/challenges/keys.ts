import { digestKey } from "../crypto/secret.ts";

/** An account of a tenant. What is kept of it has this digest in its key, each kind under a prefix of its own. */
export type AccountKey = string & { readonly account: unique symbol };

export const accountKey = (tenant: string, account: string): AccountKey =>
  digestKey(["account", tenant, account]) as AccountKey;

/** One lockout for all factors of an account. */
export const guessesKey = (account: AccountKey): string => account;

/** An address that is only being registered has guesses, and sends, of its own; each kind of destination for itself. */
export const registrationKey = (account: AccountKey, kind: string): string =>
  `${account}.registration.${kind}`;

/**
 * Failures in a row of one authenticator: of all channels to the address on file together (they are one factor), or of one factor by its name.
 * Unkeyed: these survive a rotation of `secret`, and a rotation must not forgive failures.
 */
export const failuresKey = (account: AccountKey, authenticator: string): string =>
  `${account}.${authenticator}`;

/** The set of codes that an account keeps for later. */
export const savedSetKey = (account: AccountKey): string => account;
