import { digestKey } from "../secret.ts";

/** One lockout for all factors of an account; a number that is only being registered has guesses of its own. */
export const guessesKey = (tenant: string, account: string, what: "account" | "registration"): string =>
  digestKey(["guesses", tenant, account, what]);

/**
 * Failures in a row of one authenticator: `phone` for all channels to the number on file (they are one factor), or a factor's name.
 * Unkeyed: these survive a rotation of `secret`, and a rotation must not forgive failures.
 */
export const failuresKey = (tenant: string, account: string, authenticator: string): string =>
  digestKey(["failures", tenant, account, authenticator]);

/** The set of codes that an account keeps for later. */
export const savedSetKey = (tenant: string, account: string): string => digestKey(["saved", tenant, account]);
