import { integer } from "../options.ts";

/** How many guesses an account has. */
export interface FactorGuesses {
  /** Wrong guesses of an account in any hour, over all its factors, which must agree on it. @default 10 (OWASP ASVS 5.0 6.6.3) */
  guessesPerHour?: number;
  /** Wrong guesses in a row after which the factor is off until it is bound anew. @default 100 (NIST SP 800-63B-4 §3.2.2) */
  guessesInARow?: number;
  /** Calls of `begin` for one account in any hour, from known devices and from strangers each. @default 5 */
  beginsPerHour?: number;
}

/** The option that all factors of an app must agree on: they share one lockout. */
export const guessesPerHour = (
  about = "Wrong guesses of one account in any hour, over all its factors: the same as the other factors'.",
) => integer({ default: 10, min: 1, max: 100, about, source: "OWASP ASVS 5.0 6.6.3" });

/** `about` says what is off after so many, and until when. What somebody knows has fewer by default, of our own choice. */
export const guessesInARow = (about: string, ours?: number) =>
  integer({
    default: ours ?? 100,
    min: 1,
    max: 100,
    about,
    ...(ours === undefined ? { source: "NIST SP 800-63B-4 §3.2.2" } : {}),
  });
