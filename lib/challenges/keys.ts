import { digestKey } from "../crypto/secret.ts";

/** An account of a tenant. What is kept of it has this digest in its key, each kind under a prefix of its own. */
export type AccountKey = string & { readonly account: unique symbol };

export const accountKey = (tenant: string, account: string): AccountKey =>
  digestKey(["account", tenant, account]) as AccountKey;

/** One lockout for all factors of an account; a number that is only being registered has guesses of its own. */
export const guessesKey = (account: AccountKey, what: "account" | "registration"): string =>
  `${account}${what === "registration" ? ".registration" : ""}`;

/**
 * Failures in a row of one authenticator: `phone` for all channels to the number on file (they are one factor), or a factor's name.
 * Unkeyed: these survive a rotation of `secret`, and a rotation must not forgive failures.
 */
export const failuresKey = (account: AccountKey, authenticator: string): string =>
  `${account}.${authenticator}`;

/** The set of codes that an account keeps for later. */
export const savedSetKey = (account: AccountKey): string => account;
