import assert from "node:assert/strict";
import type { ContractCase } from "./accounts-contract.ts";
import {
  GUESSES,
  HOUR,
  KEYS,
  NEXT,
  RIGHT,
  START,
  WRONG,
  type Driver,
  type Promising,
} from "./store-driver.ts";

/** Wrong guesses of known devices and of strangers, the unlock, and guesses that somebody else judges. */
export function bucketCases(promise: Promising): ContractCase[] {
  const mine = { ...KEYS, bucket: "my device" };

  /** As many wrong guesses as a guess bucket has in an hour, over as many codes as that takes. */
  async function exhaust({ store, issue, verify }: Driver, keys = KEYS): Promise<number> {
    let now = START;
    for (let guess = 0; guess < GUESSES.perHour; guess++) {
      if (guess % GUESSES.perCode === 0) {
        await store.revoke({ keys, now, liftCooldown: true });
        await issue(now, { keys });
      }
      await verify(++now, WRONG, keys);
    }
    return now;
  }

  return [
    promise("strangers cannot use up the guesses of a known device", async (driver) => {
      const { issue, store } = driver;
      const now = await exhaust(driver);
      const refused = await issue(now);
      assert.ok(refused.outcome === "limited" && refused.limit === "lockout");
      await store.revoke({ keys: mine, now, liftCooldown: true });
      assert.equal((await issue(now, { keys: mine })).outcome, "issued");
      assert.equal((await driver.verify(now, RIGHT, mine)).outcome, "passed");
    }),
    promise("a device that passes does not forgive the strangers' guesses", async (driver) => {
      const { store, issue, verify } = driver;
      const now = await exhaust(driver);
      await store.revoke({ keys: mine, now, liftCooldown: true });
      await issue(now, { keys: mine });
      await verify(now, RIGHT, mine);
      assert.equal((await verify(now, RIGHT, { challenge: "theirs" })).outcome, "limited");
    }),
    promise(
      "a guess that nobody could judge is taken back, and no other",
      async ({ store, issue, verify }) => {
        const twice = { ...GUESSES, perHour: 2, inARow: 2 };
        await issue(START);
        await verify(START, WRONG, {}, { guesses: twice });
        await verify(START + 1, WRONG, {}, { guesses: twice });
        assert.equal((await verify(START + 2, RIGHT, {}, { guesses: twice })).outcome, "disabled");
        await store.takeBack({ keys: KEYS, now: START + 2 });
        const third = await verify(START + 3, WRONG, {}, { guesses: twice });
        assert.ok(third.outcome === "exhausted" && third.nowLocked && third.nowDisabled);
        for (let i = 0; i < 5; i++) await store.takeBack({ keys: KEYS, now: START + 4 });
        assert.equal((await verify(START + 5, RIGHT, {}, { guesses: twice })).outcome, "passed");
      },
    ),
    promise("an unlock forgives every guess bucket at once", async (driver) => {
      const { store, issue } = driver;
      const now = await exhaust(driver);
      await store.revoke({ keys: KEYS, now, liftCooldown: true });
      assert.equal((await issue(now)).outcome, "limited");
      await store.unlock(KEYS.guesses);
      assert.equal((await issue(now)).outcome, "issued");
    }),
    promise(
      "the guess that locks a guess bucket says so, and the lock ends with the hour",
      async (driver) => {
        const { store, issue, verify } = driver;
        const once = { ...GUESSES, perHour: 1 };
        await issue(START);
        const answer = await verify(START, WRONG, {}, { guesses: once });
        assert.deepEqual(answer, {
          outcome: "exhausted",
          counted: true,
          nowDisabled: false,
          nowLocked: true,
        });
        assert.equal((await verify(START, RIGHT, {}, { guesses: once })).outcome, "limited");
        await store.revoke({ keys: KEYS, now: START, liftCooldown: true });
        assert.equal((await issue(START + HOUR, { guesses: once })).outcome, "issued");
      },
    ),
    promise(
      "a guess that somebody else judges is counted first, and passes once",
      async ({ issue, verify }) => {
        await issue(START);
        assert.equal((await verify(START, RIGHT, {}, { judged: "elsewhere" })).outcome, "mismatch");
        const answers = await Promise.all(
          Array.from({ length: 20 }, () => verify(START, NEXT, {}, { judged: "right" })),
        );
        assert.equal(answers.filter(({ outcome }) => outcome === "passed").length, 1);
        assert.equal(answers.filter(({ outcome }) => outcome === "repeated").length, 19);
      },
    ),
    promise(
      "[T3] parallel guesses that somebody else judges never exceed the budget",
      async ({ issue, verify }) => {
        await issue(START);
        const answers = await Promise.all(
          Array.from({ length: 50 }, () => verify(START, RIGHT, {}, { judged: "elsewhere" })),
        );
        const granted = answers.filter(
          (each) => each.outcome === "mismatch" || (each.outcome === "exhausted" && each.counted),
        );
        assert.equal(granted.length, GUESSES.perCode);
      },
    ),
  ];
}
