import { integer } from "../options.ts";

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
