import type { Consequences, GuessKeys, GuessLimits } from "./guess-limits.ts";

/** Wrong guesses of a factor that no store can judge: counted first, and forgotten once somebody has found the guess right. */
export interface Guesses {
  /** Counts a wrong guess, or says why none may be made; in one step, so that no parallel guess goes uncounted. `takeBack` undoes it. */
  count(request: {
    keys: GuessKeys;
    now: number;
    guesses: Omit<GuessLimits, "perCode">;
  }): Promise<CountAnswer>;
  /** It was right: the guess bucket's wrong guesses and the failures in a row are forgotten. */
  clear(keys: GuessKeys, now: number): Promise<void>;
}

/** Whether it counts, or how long to wait. */
export type CountAnswer =
  | ({ outcome: "counted"; attemptsRemaining: number } & Consequences)
  | { outcome: "limited"; retryAfterMs: number }
  | { outcome: "disabled" };
