import { FactorError } from "../errors.ts";
import { createExpiringMap } from "./expiring-map.ts";
import type { GuessBook } from "./memory-guesses.ts";
import type { SavedCodes, SavedSet, SpendAnswer } from "./saved-codes.ts";
import { DAY_MS } from "./send-log.ts";

/** Kept as good as for ever; yet every key has an expiry. */
export const SAVED_TTL_MS = 10 * 365 * DAY_MS;

/** Saved codes in this process's memory, on the guesses that all factors share. */
export function memorySaved({ guesses, maxKeys }: { guesses: GuessBook; maxKeys: number }): SavedCodes {
  const sets = createExpiringMap<SavedSet>(maxKeys);

  function consume(key: string, now: number, name: string | undefined): number | undefined {
    const set = sets.get(key, now);
    if (set === undefined || name === undefined || !Object.hasOwn(set.records, name)) return undefined;
    const { [name]: _used, ...records } = set.records;
    sets.change(key, now, () => ({ ...set, records }));
    return Object.keys(records).length;
  }

  return {
    async replace({ keys, set }) {
      const now = set.createdAt;
      if (sets.get(keys.set, now) === undefined && sets.full(now))
        throw new FactorError("store_unavailable", { retryAfter: 60 });
      sets.set(keys.set, set, now, SAVED_TTL_MS);
      guesses.reset(keys.failures);
    },
    read: async ({ keys, now, guesses: limits }) => ({
      set: sets.get(keys.set, now),
      retryAfterMs: guesses.wait(keys.guesses, keys.bucket, now, limits),
      disabled: guesses.disabled(keys.failures, now, limits),
    }),
    async spend({ keys, now, guesses: limits, record, counted = false }): Promise<SpendAnswer> {
      if (!counted && guesses.disabled(keys.failures, now, limits)) return { outcome: "disabled" };
      const wait = counted ? 0 : guesses.wait(keys.guesses, keys.bucket, now, limits);
      if (wait > 0) return { outcome: "limited", retryAfterMs: wait };
      const remaining = consume(keys.set, now, record);
      if (remaining === undefined && counted) {
        const attemptsRemaining = Math.max(0, guesses.free(keys.guesses, keys.bucket, now, limits));
        return { outcome: "mismatch", attemptsRemaining, nowDisabled: false, nowLocked: false };
      }
      if (remaining === undefined) return { outcome: "mismatch", ...guesses.wrong(keys, now, limits) };
      guesses.right(keys, now);
      return { outcome: "passed", remaining };
    },
    erase: async (key) => sets.delete(key),
  };
}
