import assert from "node:assert/strict";
import type { ContractCase } from "./accounts-contract.ts";
import { ABOUT, attempt, GUESSES, KEYS, RIGHT, START, WRONG, type Promising } from "./store-driver.ts";

export function codes(promise: Promising): ContractCase[] {
  return [
    promise(
      "[T1] asking for a code proves nothing: only the right digest passes",
      async ({ issue, verify }) => {
        assert.equal((await verify(START, RIGHT)).outcome, "expired");
        await issue(START);
        assert.equal((await verify(START, WRONG)).outcome, "mismatch");
        assert.equal((await verify(START, RIGHT)).outcome, "passed");
        assert.equal((await verify(START, RIGHT)).outcome, "repeated");
        assert.equal((await verify(START, WRONG)).outcome, "expired");
      },
    ),
    promise("[T2][A6] 200 parallel right answers pass exactly once", async ({ issue, verify }) => {
      await issue(START);
      const answers = await Promise.all(Array.from({ length: 200 }, () => verify(START + 1, RIGHT)));
      assert.equal(answers.filter((each) => each.outcome === "passed").length, 1);
    }),
    promise("[T3][C6][C12] 200 parallel wrong guesses never exceed the budget", async ({ issue, verify }) => {
      await issue(START);
      const answers = await Promise.all(Array.from({ length: 200 }, () => verify(START + 1, WRONG)));
      assert.equal(answers.filter((each) => each.outcome === "mismatch").length, 4);
      assert.equal((await verify(START + 2, RIGHT)).outcome, "exhausted");
    }),
    promise(
      "[T4] a right and a wrong answer in parallel: the right one passes",
      async ({ issue, verify }) => {
        await issue(START);
        const [wrong, right] = await Promise.all([verify(START, WRONG), verify(START, RIGHT)]);
        assert.equal(wrong.outcome, "mismatch");
        assert.equal(right.outcome, "passed");
      },
    ),
    promise(
      "[T6] another session's wrong guesses do not burn this session's code",
      async ({ issue, verify }) => {
        await issue(START);
        const theirs = { challenge: "theirs" };
        await issue(START + 30_000, { keys: { ...KEYS, ...theirs } });
        for (let i = 0; i < 5; i++) await verify(START + 31_000, WRONG, theirs);
        assert.equal((await verify(START + 32_000, RIGHT)).outcome, "passed");
      },
    ),
    promise(
      "[T14][A4] a code is good until the millisecond before its expiry and refused from then on",
      async ({ issue, verify }) => {
        await issue(START);
        assert.equal((await verify(START + 299_999, WRONG)).outcome, "mismatch");
        assert.equal((await verify(START + 300_000, RIGHT)).outcome, "expired");
      },
    ),
    promise("[B8] during a rotation any of the digests may match", async ({ issue, store }) => {
      await issue(START);
      const answer = await store.verify({
        keys: KEYS,
        now: START,
        digests: [WRONG, RIGHT],
        guesses: GUESSES,
        attempt: attempt(),
        ...ABOUT,
      });
      assert.equal(answer.outcome, "passed");
    }),
    promise("a revoked code is gone", async ({ issue, verify, store }) => {
      await issue(START);
      await store.revoke({ keys: KEYS, now: START, liftCooldown: false });
      assert.equal((await verify(START, RIGHT)).outcome, "expired");
      assert.equal((await issue(START + 1)).outcome, "limited");
    }),
    promise("[T7] keys with odd characters do not meet", async ({ issue, verify }) => {
      const keysOf = (key: string) => ({
        challenge: key,
        number: `n${key}`,
        guesses: key,
        failures: key,
        bucket: "bucket",
      });
      const odd = ["a:b", "a", "a*", "a{}", "a\n", "a\0", "__proto__", "constructor"];
      for (const key of odd) await issue(START, { keys: keysOf(key) });
      assert.equal((await verify(START, RIGHT, keysOf("a"))).outcome, "passed");
      for (const key of odd.filter((each) => each !== "a"))
        assert.equal((await verify(START, RIGHT, keysOf(key))).outcome, "passed", key);
    }),
  ];
}
