import type { Clock } from "../clock.ts";
import type { CountAnswer } from "../stores/guesses.ts";
import type { GuessKeys, GuessLimits } from "../stores/guess-limits.ts";
import type { Store } from "../stores/store.ts";
import type { Rows } from "./failures.ts";
import { accountKey, guessesKey } from "./keys.ts";

/** Guesses at a factor that judges by itself: in the account's hour, which all its factors share, and in the factor's own row. */
export interface CountedGuesses {
  /** Counts it as wrong, before anybody judges it. */
  count(guesser: Guesser, limits: Omit<GuessLimits, "perCode">): Promise<CountAnswer>;
  /** It was right. */
  clear(guesser: Guesser): Promise<void>;
  /** Nobody could judge it. */
  takeBack(guesser: Guesser): Promise<void>;
  /** The factor was bound anew. */
  reset(account: string, factor: string): Promise<void>;
}

export interface Guesser {
  account: string;
  bucket: string;
  factor: string;
}

export interface CountedParts {
  store: Pick<Store, "guesses" | "takeBack" | "reset">;
  clock: Clock;
  tenant: string;
  rows: Rows;
}

export function createCountedGuesses({ store, clock, tenant, rows }: CountedParts): CountedGuesses {
  // Names of ours (`saved`, `sent:phone`) do not begin so.
  const rowOf = (factor: string) => `own:${factor}`;
  const keysOf = ({ account, bucket, factor }: Guesser): GuessKeys => {
    const key = accountKey(tenant, account);
    return { guesses: guessesKey(key), bucket, failures: rows.keyOf(key, rowOf(factor), bucket) };
  };

  return {
    count: (guesser, { perHour, inARow }) =>
      store.guesses.count({
        keys: keysOf(guesser),
        now: clock(),
        guesses: { perHour, inARow: rows.limitOf(guesser.bucket, inARow) },
      }),
    async clear(guesser) {
      await store.guesses.clear(keysOf(guesser), clock());
      const others = rows.forgiven(
        accountKey(tenant, guesser.account),
        rowOf(guesser.factor),
        guesser.bucket,
      );
      if (others !== undefined) store.reset(others).catch(() => {});
    },
    takeBack: (guesser) => store.takeBack({ keys: keysOf(guesser), now: clock() }),
    async reset(account, factor) {
      const all = rows.all(accountKey(tenant, account), rowOf(factor));
      await Promise.all(all.map((key) => store.reset(key)));
    },
  };
}
