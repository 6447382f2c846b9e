import assert from "node:assert/strict";
import { MOST_CAPS, type CapLimit } from "../stores/spending.ts";
import type { ContractCase } from "./accounts-contract.ts";
import { GUESSES, HOUR, KEYS, RIGHT, SENDS, START, WRONG, type Promising } from "./store-driver.ts";

const MINUTE = 60_000;

/** What is counted for whom, what a pass forgives, and what is taken back. */
export function countCases(promise: Promising): ContractCase[] {
  return [
    promise("[C7] a pass clears its own guess bucket only, and its own factor's failures", async (driver) => {
      const guesses = { ...GUESSES, perHour: 3, inARow: 2 };
      const theirs = { ...KEYS, challenge: "theirs", bucket: "other", failures: "other" };
      await driver.issue(START, { guesses });
      await driver.issue(START, { guesses, keys: { ...theirs, number: "theirs" } });
      await driver.verify(START, WRONG, {}, { guesses });
      for (let i = 0; i < 2; i++) await driver.verify(START, WRONG, theirs, { guesses });
      assert.equal((await driver.verify(START, RIGHT, {}, { guesses })).outcome, "passed");
      assert.equal((await driver.verify(START, RIGHT, theirs, { guesses })).outcome, "disabled");
      await driver.store.reset("other");
      await driver.verify(START, WRONG, theirs, { guesses });
      assert.equal((await driver.verify(START, RIGHT, theirs, { guesses })).outcome, "limited");
      assert.equal((await driver.read(START)).resendAfterMs, 0);
    }),
    promise("taking back takes the newest guess of one guess bucket, and one failure", async (driver) => {
      const { store, issue, verify } = driver;
      const guesses = { ...GUESSES, perHour: 2, inARow: 3 };
      const theirs = { ...KEYS, bucket: "other" };
      const long = { ttlMs: 3 * HOUR, keepMs: 3 * HOUR };
      await issue(START, { guesses, ...long });
      await verify(START, WRONG, {}, { guesses });
      await verify(START + 30 * MINUTE, WRONG, theirs, { guesses });
      await verify(START + 50 * MINUTE, WRONG, {}, { guesses });
      const now = START + 50 * MINUTE;
      assert.equal((await verify(now, RIGHT, {}, { guesses })).outcome, "disabled");
      await store.takeBack({ keys: KEYS, now });
      const once = { ...guesses, perHour: 1 };
      const wait = async (bucket: string) => {
        const keys = { ...KEYS, bucket };
        return (await store.read({ keys, now, sends: { ...SENDS, cooldownsMs: [0] }, guesses: once }))
          .resendAfterMs;
      };
      assert.equal(await wait(KEYS.bucket), 10 * MINUTE, "the older of the two is left");
      assert.equal(await wait("other"), 40 * MINUTE, "and the other guess bucket's");
      await store.takeBack({ keys: KEYS, now });
      assert.equal(await wait(KEYS.bucket), 0);
      await store.takeBack({ keys: KEYS, now });
      await store.takeBack({ keys: KEYS, now });
      assert.equal(await wait("other"), 40 * MINUTE);
      const again = await verify(now, WRONG, {}, { guesses: { ...guesses, inARow: 1 } });
      assert.ok("nowDisabled" in again && again.nowDisabled, "failures are never less than none");
    }),
    promise(
      "[T60] a passed code is repeated until the last try that its code had, and until its end",
      async (driver) => {
        const { issue, verify } = driver;
        await issue(START, { keepMs: HOUR });
        await verify(START, WRONG);
        await verify(START, RIGHT);
        for (let i = 0; i < 3; i++) await verify(START, WRONG);
        assert.equal((await verify(START, RIGHT)).outcome, "repeated");
        assert.equal((await verify(START + 299_999, RIGHT)).outcome, "repeated");
        assert.equal((await verify(START + 300_000, RIGHT)).outcome, "expired");
        await verify(START, WRONG);
        assert.equal((await verify(START, RIGHT)).outcome, "expired");
      },
    ),
    promise("a code whose guesses are used up is read as having none, not fewer", async (driver) => {
      await driver.issue(START);
      for (let i = 0; i < 5; i++) await driver.verify(START, WRONG);
      assert.equal((await driver.read(START)).challenge?.attemptsRemaining, 0);
      assert.equal((await driver.read(START + 300_000 - 1)).challenge?.expiresAt, START + 300_000);
    }),
    promise(
      "each of as many caps as there may be is counted, and refuses by its own name",
      async (driver) => {
        const names: CapLimit[] = ["day", "calling_code_day", "calling_code_hour"];
        const caps = Array.from({ length: MOST_CAPS }, (_, i) => {
          const limit = names[i % names.length] as CapLimit;
          return { key: `cap${i}`, most: 9, windowMs: HOUR, pauses: i % 2 === 0, limit };
        });
        let n = 0;
        const send = (full: number) => {
          const changed = caps.map((each, i) => (i === full ? { ...each, most: 1 } : each));
          return driver.issue(START, { keys: { ...KEYS, number: `n${n++}` }, spending: { caps: changed } });
        };
        assert.equal((await send(-1)).outcome, "issued");
        for (const [i, { limit, pauses }] of caps.entries()) {
          const answer = await send(i);
          assert.ok(answer.outcome === (pauses ? "paused" : "limited") && answer.limit === limit, `${i}`);
        }
        const none = { ...caps[0], most: 0, windowMs: HOUR } as (typeof caps)[number];
        const two = await driver.issue(START, {
          spending: { caps: [none, { ...none, key: "second", limit: "calling_code_day" }] },
        });
        assert.ok(two.outcome === "paused" && two.limit === "day", "of equal ones the first");
      },
    ),
    promise(
      "a record is not the one that was read where only its seal, or only its fingerprint, is",
      async ({ store }) => {
        const { records } = store;
        const record = { sealed: "sealed", fingerprint: "print" };
        await records.write({ id: "a", record, taken: ["print"], before: undefined });
        for (const before of [{ ...record, sealed: "x" }, { ...record, fingerprint: "x" }, undefined]) {
          const next = { sealed: "next", fingerprint: "next" };
          assert.equal(await records.write({ id: "a", record: next, taken: ["next"], before }), false);
          if (before !== undefined) assert.equal(await records.remove("a", before), false);
        }
        assert.deepEqual(await records.read("a"), record);
        assert.equal(await records.find(["print"]), "a");
      },
    ),
    promise("the oldest devices go, in whatever order they came", async ({ store: { trusted } }) => {
      const orders = ["1234", "4321", "2413", "3142", "1432", "4123"];
      for (const order of orders) {
        for (const id of order) await trusted.add(order, id, id, START, { most: 2, ttlMs: HOUR });
        const ids = (await trusted.list(order, START)).map(({ id }) => id).sort();
        assert.deepEqual(ids, ["3", "4"], order);
      }
    }),
  ];
}
