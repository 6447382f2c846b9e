import { createExpiringMap } from "./expiring-map.ts";
import { DAY_MS, HOUR_MS, windowWait } from "./send-log.ts";
import type { CountAnswer, Guesses } from "./guesses.ts";
import type { Consequences, GuessKeys, GuessLimits } from "./guess-limits.ts";

/** Failures in a row are kept as good as for ever; yet every key has an expiry. */
const FOR_EVER_MS = 10 * 365 * DAY_MS;

/** Wrong guesses, which all factors of an account share. */
export interface GuessBook {
  /** Milliseconds until the guess bucket may guess again. */
  wait(key: string, bucket: string, now: number, limits: Pick<GuessLimits, "perHour">): number;
  /** How many guesses the guess bucket has left in this hour. */
  free(key: string, bucket: string, now: number, limits: Pick<GuessLimits, "perHour">): number;
  disabled(key: string, now: number, limits: Pick<GuessLimits, "inARow">): boolean;
  wrong(
    keys: GuessKeys,
    now: number,
    limits: Omit<GuessLimits, "perCode">,
  ): { attemptsRemaining: number } & Consequences;
  /** Counts as wrong what somebody else will judge, or says why nobody may guess. */
  count(request: Parameters<Guesses["count"]>[0]): CountAnswer;
  /** Answers how to undo it. */
  right(keys: GuessKeys, now: number): () => void;
  takeBack(keys: GuessKeys, now: number): void;
  /** Forgets every guess bucket. */
  unlock(key: string): void;
  /** Forgets the failures in a row. */
  reset(key: string): void;
  full(now: number): boolean;
}

export function memoryGuesses(maxKeys: number): GuessBook {
  const buckets = createExpiringMap<Map<string, number[]>>(maxKeys);
  const failures = createExpiringMap<number>(maxKeys);
  const times = (key: string, bucket: string, now: number) =>
    (buckets.get(key, now)?.get(bucket) ?? []).filter((time) => now - time < HOUR_MS);
  const free: GuessBook["free"] = (key, bucket, now, { perHour }) => perHour - times(key, bucket, now).length;

  const book: GuessBook = {
    wait: (key, bucket, now, { perHour }) => windowWait(times(key, bucket, now), now, perHour, HOUR_MS),
    free,
    disabled: (key, now, { inARow }) => (failures.get(key, now) ?? 0) >= inARow,
    wrong(keys, now, limits) {
      const all = buckets.get(keys.guesses, now) ?? new Map<string, number[]>();
      all.set(keys.bucket, [...times(keys.guesses, keys.bucket, now), now]);
      buckets.set(keys.guesses, all, now, HOUR_MS);
      const inARow = (failures.get(keys.failures, now) ?? 0) + 1;
      failures.set(keys.failures, inARow, now, FOR_EVER_MS);
      const attemptsRemaining = Math.max(0, free(keys.guesses, keys.bucket, now, limits));
      return {
        attemptsRemaining,
        nowDisabled: inARow >= limits.inARow,
        nowLocked: attemptsRemaining === 0,
      };
    },
    count({ keys, now, guesses: limits }) {
      if (book.disabled(keys.failures, now, limits)) return { outcome: "disabled" };
      const retryAfterMs = book.wait(keys.guesses, keys.bucket, now, limits);
      if (retryAfterMs > 0) return { outcome: "limited", retryAfterMs };
      return { outcome: "counted", ...book.wrong(keys, now, limits) };
    },
    right(keys, now) {
      const { guesses, bucket } = keys;
      const [wrong, inARow] = [times(guesses, bucket, now), failures.get(keys.failures, now) ?? 0];
      buckets.get(guesses, now)?.delete(bucket);
      failures.delete(keys.failures);
      return () => {
        const all = buckets.get(guesses, now) ?? new Map<string, number[]>();
        if (wrong.length > 0)
          buckets.set(guesses, all.set(bucket, [...wrong, ...(all.get(bucket) ?? [])]), now, HOUR_MS);
        const since = failures.get(keys.failures, now) ?? 0;
        if (inARow > 0) failures.set(keys.failures, inARow + since, now, FOR_EVER_MS);
      };
    },
    takeBack(keys, now) {
      buckets.get(keys.guesses, now)?.get(keys.bucket)?.pop();
      failures.change(keys.failures, now, (inARow) => Math.max(0, inARow - 1));
    },
    unlock: (key) => buckets.delete(key),
    reset: (key) => failures.delete(key),
    full: (now) => buckets.full(now) || failures.full(now),
  };
  return book;
}
