import type { SecretBox, Store } from "passport-factors";
import { Refusal } from "../http.ts";

/** Wrong passwords for one email from one address in a quarter of an hour. A right one clears them. */
const WRONG_PASSWORDS = 20;
const WINDOW_SECONDS = 15 * 60;

/** Counts password attempts beside the codes, on the same store; the key tells neither email nor address. */
export function passwordGuard(store: Store, box: SecretBox) {
  const limiter = store.limiter({
    name: "password",
    points: WRONG_PASSWORDS,
    durationSeconds: WINDOW_SECONDS,
  });

  return {
    /** Counts an attempt before the password is looked at, so that parallel guesses count too. Throws a 429. */
    async begin(email: string, ip: string | undefined): Promise<{ succeeded(): Promise<void> }> {
      const key = box.fingerprint(`password of ${email.trim().toLowerCase()} from ${ip ?? ""}`);
      try {
        await limiter.consume(key);
      } catch (rejection) {
        const { msBeforeNext } = rejection as { msBeforeNext?: number };
        if (msBeforeNext === undefined) throw rejection;
        const retryAfter = Math.max(1, Math.ceil(msBeforeNext / 1000));
        throw new Refusal(429, "too_many_requests", "refusal.too_many_attempts", {
          retryAfter,
        });
      }
      return { succeeded: async () => void (await limiter.delete(key)) };
    },
  };
}
