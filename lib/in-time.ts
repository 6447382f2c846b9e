import { createDeadlines, type Deadlines } from "./deadlines.ts";
import { asError } from "./errors.ts";

/**
 * Runs what is not ours (the app's functions, its session, its store), so that no request hangs on it, and whatever it throws is an Error.
 * `who` is named by the error that comes when the time is over: `accounts.phone`.
 */
export type InTime = <Answer>(who: string, run: () => Answer | PromiseLike<Answer>) => Promise<Answer>;

export function createInTime(
  ms: number,
  late: (who: string) => Error = (who) => new Error(`${who}: no answer within ${ms} ms`),
): InTime {
  const deadlines = new Map<string, Deadlines>();

  function deadlinesOf(who: string): Deadlines {
    const known = deadlines.get(who) ?? createDeadlines(ms, () => late(who));
    deadlines.set(who, known);
    return known;
  }

  return async (who, run) => {
    try {
      const answer = run();
      // What is there already needs no timer.
      const isThere = (typeof answer !== "object" || answer === null) && typeof answer !== "function";
      return isThere ? answer : await deadlinesOf(who).race(async () => answer);
    } catch (thrown) {
      throw asError(thrown, who);
    }
  };
}
