import assert from "node:assert/strict";
import type { SavedKeys, SavedSet } from "../stores/saved-codes.ts";
import type { Store } from "../stores/store.ts";
import type { ContractCase } from "./accounts-contract.ts";
import { START, type Promising } from "./store-driver.ts";

const HOUR = 60 * 60_000;
const KEYS: SavedKeys = { set: "set", guesses: "guesses", bucket: "", failures: "failures" };
const LIMITS = { perHour: 10, inARow: 100 };
const SET: SavedSet = {
  createdAt: START,
  parameters: "scrypt 1 1 1",
  records: { "0": "hash zero", "1": "hash one", "2": "hash two" },
};

/** Codes that are kept for later: each is good once, and wrong ones are counted with those of the other factors. */
export function savedCases(promise: Promising): ContractCase[] {
  const drive = ({ saved }: Store) => ({
    replace: (set = SET) => saved.replace({ keys: KEYS, set }),
    spend: (
      record: string | undefined,
      more: { now?: number; guesses?: typeof LIMITS; keys?: SavedKeys } = {},
    ) => saved.spend({ keys: KEYS, now: START, guesses: LIMITS, record, ...more }),
    read: (now = START, guesses = LIMITS) => saved.read({ keys: KEYS, now, guesses }),
    erase: () => saved.erase(KEYS.set),
  });

  return [
    promise("a set is read as it was written, long afterwards too", async ({ store }) => {
      const { replace, read } = drive(store);
      assert.equal((await read()).set, undefined);
      await replace();
      assert.deepEqual((await read(START + 9 * 365 * 24 * HOUR)).set, SET);
    }),
    promise("[T19] one saved code in 20 parallel requests: one success", async ({ store }) => {
      const { replace, spend } = drive(store);
      await replace();
      const answers = await Promise.all(Array.from({ length: 20 }, () => spend("1")));
      assert.equal(answers.filter(({ outcome }) => outcome === "passed").length, 1);
    }),
    promise("[T20] after one is used the others still work, and the count is told", async ({ store }) => {
      const { replace, spend, read } = drive(store);
      await replace();
      assert.deepEqual(await spend("1"), { outcome: "passed", remaining: 2 });
      assert.equal((await spend("1")).outcome, "mismatch");
      assert.deepEqual(await spend("0"), { outcome: "passed", remaining: 1 });
      assert.deepEqual(Object.keys((await read()).set?.records ?? {}), ["2"]);
      assert.deepEqual(await spend("2"), { outcome: "passed", remaining: 0 });
    }),
    promise("[T22] a new set kills the old one", async ({ store }) => {
      const { replace, spend, read } = drive(store);
      await replace();
      const next = { ...SET, createdAt: START + 1, records: { "7": "hash seven" } };
      await replace(next);
      assert.deepEqual((await read()).set, next);
      assert.equal((await spend("0")).outcome, "mismatch");
      assert.deepEqual(await spend("7"), { outcome: "passed", remaining: 0 });
    }),
    promise("[T23] wrong saved codes share the account's hour with every other factor", async ({ store }) => {
      const { replace, spend, read } = drive(store);
      await replace();
      for (let left = 9; left >= 0; left--) {
        const answer = await spend(undefined);
        assert.ok(answer.outcome === "mismatch");
        assert.equal(answer.attemptsRemaining, left);
      }
      assert.deepEqual(await spend("1"), { outcome: "limited", retryAfterMs: HOUR });
      const { retryAfterMs, set } = await read();
      assert.equal(retryAfterMs, HOUR);
      assert.equal(Object.keys(set?.records ?? {}).length, 3);
      assert.equal((await spend("1", { now: START + HOUR })).outcome, "passed");
    }),
    promise("a device of its own has its own hour", async ({ store }) => {
      const { replace, spend } = drive(store);
      await replace();
      for (let i = 0; i < 10; i++) await spend(undefined);
      assert.equal((await spend("1")).outcome, "limited");
      assert.equal((await spend("1", { keys: { ...KEYS, bucket: "device" } })).outcome, "passed");
    }),
    promise("wrong ones in a row disable saved codes until a new set is made", async ({ store }) => {
      const { replace, spend, read } = drive(store);
      const guesses = { perHour: 100, inARow: 3 };
      await replace();
      for (let i = 0; i < 3; i++) await spend(undefined, { guesses });
      assert.deepEqual(await spend("1", { guesses }), { outcome: "disabled" });
      assert.equal((await read(START + 9000 * HOUR, guesses)).disabled, true);
      await replace();
      assert.equal((await spend("1", { guesses })).outcome, "passed");
    }),
    promise("a name that is in no set, or in every object, is a wrong guess", async ({ store }) => {
      const { replace, spend } = drive(store);
      for (const name of ["9", "__proto__", "constructor", ""])
        assert.equal((await spend(name)).outcome, "mismatch", name);
      await replace();
      for (const name of ["9", "__proto__", "constructor", ""])
        assert.equal((await spend(name)).outcome, "mismatch", name);
    }),
    promise("an erased set is gone", async ({ store }) => {
      const { replace, erase, read, spend } = drive(store);
      await replace();
      await erase();
      assert.equal((await read()).set, undefined);
      assert.equal((await spend("1")).outcome, "mismatch");
    }),
  ];
}
