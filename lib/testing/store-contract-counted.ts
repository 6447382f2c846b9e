import assert from "node:assert/strict";
import type { ContractCase } from "./accounts-contract.ts";
import { GUESSES, HOUR, KEYS, RIGHT, START, WRONG, issued, type Promising } from "./store-driver.ts";

const counted = (attemptsRemaining: number, more: object = {}) => ({
  outcome: "counted",
  attemptsRemaining,
  nowDisabled: false,
  nowLocked: false,
  ...more,
});

/** Guesses that somebody else judges. */
export function countedCases(promise: Promising): ContractCase[] {
  const count = { keys: KEYS, now: START, guesses: GUESSES };
  return [
    promise("[T5] of many guesses at once, no more are let through than an hour has", async ({ store }) => {
      const all = await Promise.all(
        Array.from({ length: 30 }, async () => store.guesses.count({ ...count })),
      );
      assert.equal(all.filter(({ outcome }) => outcome === "counted").length, GUESSES.perHour);
      assert.deepEqual(
        all.filter((each) => each.outcome === "counted" && each.nowLocked),
        [counted(0, { nowLocked: true })],
      );
      const now = START + 1000;
      assert.deepEqual(await store.guesses.count({ ...count, now }), {
        outcome: "limited",
        retryAfterMs: START + HOUR - now,
      });
      assert.deepEqual(
        await store.guesses.count({ ...count, now: START + HOUR }),
        counted(GUESSES.perHour - 1),
      );
    }),
    promise("guesses are the account's, whoever judges them", async ({ store, issue, verify }) => {
      await issue(START);
      for (let i = 0; i < 4; i++) await store.guesses.count(count);
      assert.equal(((await verify(START, WRONG)) as { attemptsRemaining: number }).attemptsRemaining, 4);
      assert.deepEqual(await store.guesses.count(count), counted(GUESSES.perHour - 6));
      assert.equal((await verify(START, RIGHT)).outcome, "passed");
      assert.deepEqual(await store.guesses.count(count), counted(GUESSES.perHour - 1));
    }),
    promise("the last of a row turns the factor off, until it is reset", async ({ store }) => {
      const guesses = { ...GUESSES, inARow: 2 };
      assert.deepEqual(await store.guesses.count({ ...count, guesses }), counted(GUESSES.perHour - 1));
      assert.deepEqual(
        await store.guesses.count({ ...count, guesses }),
        counted(GUESSES.perHour - 2, { nowDisabled: true }),
      );
      const later = { ...count, guesses, now: START + 300 * 24 * HOUR };
      assert.deepEqual(await store.guesses.count(later), { outcome: "disabled" });
      await store.reset(KEYS.failures);
      assert.equal((await store.guesses.count(later)).outcome, "counted");
    }),
    promise(
      "a right one clears the guess bucket and the row, and no other guess bucket",
      async ({ store, issue }) => {
        const other = { ...KEYS, bucket: "another" };
        const guesses = { ...GUESSES, inARow: 3 };
        for (const keys of [KEYS, other]) await store.guesses.count({ ...count, keys, guesses });
        await store.guesses.clear(KEYS, START);
        assert.deepEqual(await store.guesses.count({ ...count, guesses }), counted(GUESSES.perHour - 1));
        assert.deepEqual(
          await store.guesses.count({ ...count, keys: other, guesses }),
          counted(GUESSES.perHour - 2),
        );
        assert.equal(issued(await issue(START)).attemptsRemaining, 5);
      },
    ),
    promise("what nobody could judge is taken back", async ({ store }) => {
      const guesses = { ...GUESSES, inARow: 2 };
      for (let i = 0; i < 5; i++) {
        assert.deepEqual(await store.guesses.count({ ...count, guesses }), counted(GUESSES.perHour - 1));
        await store.takeBack({ keys: KEYS, now: START });
      }
    }),
  ];
}
