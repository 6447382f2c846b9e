import type { Clock } from "../clock.ts";
import { digestKey } from "../secret.ts";
import type { Notes } from "../stores/notes.ts";
import { STEP_SECONDS } from "./code.ts";

export interface UsedStepsParts {
  notes: Notes;
  clock: Clock;
  tenant: string;
  /** Steps on either side that are right too. */
  window: number;
}

/** Which codes have passed. RFC 6238 §5.2: a verifier must not take one a second time. */
export interface UsedSteps {
  /** Answers whether this step, and none after it, was still to be used: of all who use one, one does. */
  use(account: string, secret: string, step: number): Promise<boolean>;
}

export function createUsedSteps({ notes, clock, tenant, window }: UsedStepsParts): UsedSteps {
  // A code is right for 2 * window + 1 steps; one more for servers whose clocks differ.
  const lifeMs = (2 * window + 2) * STEP_SECONDS * 1000;
  return {
    // Nobody can guess the id of a secret, and the first secret of the app may change: the key is a plain digest.
    use: async (account, secret, step) =>
      notes.advance(
        digestKey(["totp step", tenant, account, secret]),
        { rank: step, value: "used" },
        clock(),
        lifeMs,
      ),
  };
}
