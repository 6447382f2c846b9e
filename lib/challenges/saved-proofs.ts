import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Consequences, GuessLimits } from "../stores/guess-limits.ts";
import type { SavedKeys, SpendAnswer } from "../stores/saved-codes.ts";
import type { Store } from "../stores/store.ts";
import { wrongAnswer } from "../wrong-answer.ts";
import type { Random } from "./code.ts";
import { STRANGERS } from "./budgets.ts";
import type { Rows } from "./failures.ts";
import { accountKey, guessesKey, savedSetKey } from "./keys.ts";
import { hashCode, matchingRecord, PARAMETERS } from "./saved-hash.ts";

/** Codes that were handed out before and are typed later: made, counted and judged here, kept as salted hashes in the store. */
export interface SavedProofs {
  /** Makes a new set of codes and answers it, once; the old set is dead. */
  replace(account: string, rules: SavedRules): Promise<string[]>;
  /** What is on file; undefined when nothing ever was. */
  read(holder: SavedHolder, rules: SavedRules): Promise<SavedInventory | undefined>;
  /** Judges a code in its canonical form; one success per code. */
  verify(holder: SavedHolder, code: string, rules: SavedRules): Promise<SavedVerdict>;
  erase(account: string): Promise<void>;
}

export interface SavedHolder {
  account: string;
  bucket: string;
}

export interface SavedRules {
  count: number;
  /** Characters of Crockford's base32: 5 bits each. */
  length: number;
  guesses: SavedGuesses;
}

export type SavedGuesses = Omit<GuessLimits, "perCode">;

export interface SavedInventory {
  remaining: number;
  /** Milliseconds since the epoch. */
  generatedAt: number;
}

export type SavedVerdict =
  | { outcome: "passed"; remaining: number }
  | ({ outcome: "failed"; reason: "mismatch"; attemptsRemaining: number } & Consequences)
  | { outcome: "failed"; reason: "limited"; retryAfterMs: number }
  /** `missing`: there is nothing on file to be right about. */
  | { outcome: "failed"; reason: "disabled" | "missing" };

function verdictOf(answer: SpendAnswer): SavedVerdict {
  switch (answer.outcome) {
    case "passed":
      return answer;
    case "mismatch":
    case "limited":
    case "disabled": {
      const { outcome: reason, ...rest } = answer;
      return { outcome: "failed", reason, ...rest } as SavedVerdict;
    }
    default:
      throw wrongAnswer("store.saved.spend", answer, "one of the known outcomes");
  }
}

/** Crockford's base32: no I, L, O and U, so that nothing is taken for a digit. */
export const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export interface SavedParts {
  store: Pick<Store, "saved" | "takeBack" | "reset">;
  clock: Clock;
  random: Random;
  tenant: string;
  rows: Rows;
}

export function createSavedProofs({ store, clock, random, tenant, rows }: SavedParts): SavedProofs {
  const { saved } = store;
  const keysOf = ({ account, bucket }: SavedHolder): SavedKeys => {
    const key = accountKey(tenant, account);
    return {
      set: savedSetKey(key),
      guesses: guessesKey(key),
      bucket,
      failures: rows.keyOf(key, "saved", bucket),
    };
  };
  const guessesOf = ({ bucket }: SavedHolder, { guesses }: SavedRules): SavedGuesses => ({
    ...guesses,
    inARow: rows.limitOf(bucket, guesses.inARow),
  });
  const make = (length: number) =>
    Array.from({ length }, () => ALPHABET[random(ALPHABET.length)] as string).join("");

  return {
    async replace(account, { count, length }) {
      const codes = Array.from({ length: count }, () => make(length));
      // Names that no other set has: a code that is being checked while its set is replaced finds nothing to consume.
      const records = await Promise.all(codes.map(async (code) => [randomUUID(), await hashCode(code)]));
      const set = { createdAt: clock(), parameters: PARAMETERS, records: Object.fromEntries(records) };
      // First: who is told that this failed must find the old set as it was.
      await Promise.all(rows.all(accountKey(tenant, account), "saved").map((key) => store.reset(key)));
      await saved.replace({ keys: keysOf({ account, bucket: STRANGERS }), set });
      return codes;
    },
    async read(holder, rules) {
      const guesses = guessesOf(holder, rules);
      const { set } = await saved.read({ keys: keysOf(holder), now: clock(), guesses });
      if (set === undefined) return undefined;
      return { remaining: Object.keys(set.records).length, generatedAt: set.createdAt };
    },
    async verify(holder, code, rules) {
      const keys = keysOf(holder);
      const request = { keys, now: clock(), guesses: guessesOf(holder, rules) };
      // Counted as wrong before the hashes are made: of many guesses at once, only those that are allowed cost time.
      const [{ set }, counted] = await Promise.all([
        saved.read(request),
        saved.spend({ ...request, record: undefined }),
      ]);
      // No record was named that could have passed.
      if (counted.outcome === "passed")
        throw wrongAnswer("store.saved.spend", counted, "no pass without a record");
      if (counted.outcome !== "mismatch") return verdictOf(counted);
      if (set === undefined) {
        await store.takeBack({ keys, now: request.now });
        return { outcome: "failed", reason: "missing" };
      }
      const record = await matchingRecord(code, set);
      const answer =
        record === undefined ? counted : await saved.spend({ ...request, record, counted: true });
      const others = rows.forgiven(accountKey(tenant, holder.account), "saved", holder.bucket);
      if (answer.outcome === "passed" && others !== undefined) store.reset(others).catch(() => {});
      return verdictOf(answer);
    },
    erase: (account) => saved.erase(savedSetKey(accountKey(tenant, account))),
  };
}
