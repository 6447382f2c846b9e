import assert from "node:assert/strict";
import { SLOT_MS } from "../stores/spending.ts";
import type { ContractCase } from "./accounts-contract.ts";
import { HOUR, KEYS, RIGHT, START, type Driver, type Promising } from "./store-driver.ts";

/** Where a breaker trips, to the send, to the code that passed, and to the slot. */
export function breakerCases(promise: Promising): ContractCase[] {
  const BREAKER = { key: "breaker", minimum: 4, share: 0.5, pauseMs: HOUR };
  const slot = (n: number) => START - (START % SLOT_MS) + n * SLOT_MS;
  function sender({ issue, verify, store }: Driver, breaker = BREAKER) {
    let n = 0;
    const breakerKey = breaker.key;
    const keysOf = (i: number) => ({
      ...KEYS,
      challenge: `${breakerKey} ${i}`,
      number: `${breakerKey} ${i}`,
    });
    const life = { ttlMs: HOUR, keepMs: HOUR };
    return {
      send: async (now: number) =>
        (await issue(now, { ...life, keys: keysOf(++n), spending: { caps: [], breaker } })).outcome,
      pass: (now: number, i = n) => verify(now, RIGHT, keysOf(i), { breakerKey }),
      undelivered: (now: number) => store.revoke({ keys: keysOf(n), now, liftCooldown: true, breakerKey }),
      forgotten: (now: number) => store.revoke({ keys: keysOf(n), now, liftCooldown: false, breakerKey }),
    };
  }
  /** Sends at these times, and what a send is answered then. */
  async function judged(driver: Driver, sends: number, passes: number, at: number): Promise<string> {
    const { send, pass } = sender(driver);
    for (let i = 0; i < sends; i++) {
      await send(slot(0));
      if (i < passes) await pass(slot(0));
    }
    return send(at);
  }

  return [
    promise("[O6] a breaker decides from its minimum of sends, not from one less", async (driver) => {
      assert.equal(await judged(driver, 3, 0, slot(2)), "issued");
    }),
    promise("[O6] at its minimum of sends it trips", async (driver) => {
      assert.equal(await judged(driver, 4, 0, slot(2)), "paused");
    }),
    promise("[O6] it trips where fewer passed than its share, not at it", async (driver) => {
      assert.equal(await judged(driver, 6, 3, slot(2)), "issued");
    }),
    promise("[O6] one less than its share, and it trips", async (driver) => {
      assert.equal(await judged(driver, 6, 2, slot(2)), "paused");
    }),
    promise("[O6] people have the slot of the send and the next one to type", async (driver) => {
      assert.equal(await judged(driver, 4, 0, slot(2) - 1), "issued");
    }),
    promise("[O6] sends are judged for twelve slots more", async (driver) => {
      assert.equal(await judged(driver, 4, 0, slot(13)), "paused");
    }),
    promise("[O6] and no longer", async (driver) => {
      assert.equal(await judged(driver, 4, 0, slot(14)), "issued");
    }),
    promise(
      "[O6] a code that passes in the slot before counts, although its slot's sends do not",
      async (driver) => {
        const { send, pass } = sender(driver);
        for (let i = 0; i < 4; i++) await send(slot(0));
        for (const i of [1, 2]) await pass(slot(1) + i, i);
        assert.equal(await send(slot(2)), "issued");
      },
    ),
    promise("a message that was never taken is no send; one that was forgotten is", async (driver) => {
      const { send, undelivered } = sender(driver);
      for (let i = 0; i < 4; i++) await send(slot(0));
      await undelivered(slot(0));
      await undelivered(slot(1));
      assert.equal(await send(slot(2)), "issued");
      const other = sender(driver, { ...BREAKER, key: "other" });
      for (let i = 0; i < 4; i++) await other.send(slot(0));
      await other.forgotten(slot(0));
      assert.equal(await other.send(slot(2)), "paused");
    }),
    promise(
      "a message that was never taken in a slot without sends takes none from another",
      async (driver) => {
        const { send, undelivered } = sender(driver);
        for (let i = 0; i < 4; i++) await send(slot(0));
        await undelivered(slot(1));
        assert.equal(await send(slot(2)), "paused");
      },
    ),
    promise("a budget that pauses has tripped no breaker", async (driver) => {
      const caps = [{ key: "cap", most: 0, windowMs: HOUR, pauses: true, limit: "day" as const }];
      const answer = await driver.issue(slot(0), { spending: { caps, breaker: BREAKER } });
      assert.ok(answer.outcome === "paused" && answer.limit === "day" && !answer.tripped);
    }),
    promise("who sends first in a slot has it judge, the others do not", async (driver) => {
      const { send, pass } = sender(driver);
      for (let i = 0; i < 4; i++) await send(slot(0));
      for (const i of [1, 2]) await pass(slot(0), i);
      assert.equal(await send(slot(2)), "issued");
      const strict = sender(driver, { ...BREAKER, share: 1 });
      assert.equal(await strict.send(slot(2) + 1), "issued");
      assert.equal(await strict.send(slot(3)), "paused");
    }),
    promise(
      "[O6] a pause ends to the millisecond, and only the code of the trial ends it for good",
      async (driver) => {
        const { send, pass } = sender(driver);
        for (let i = 0; i < 4; i++) await send(slot(0));
        assert.equal(await send(slot(2)), "paused");
        assert.deepEqual(await pass(slot(2), 1), { outcome: "passed", resumed: false });
        assert.equal(await send(slot(2) + HOUR - 1), "paused");
        assert.equal(await send(slot(2) + HOUR), "issued");
        assert.equal(await send(slot(2) + HOUR), "paused");
        assert.equal(await send(slot(2) + 2 * HOUR - 1), "paused");
        assert.equal(await send(slot(2) + 2 * HOUR), "issued");
      },
    ),
    promise("a code that passes where nothing was sent of late resumes nothing", async (driver) => {
      await driver.issue(START);
      const passed = await driver.verify(START, RIGHT, {}, { breakerKey: "unknown" });
      assert.deepEqual(passed, { outcome: "passed", resumed: false });
      const { send } = sender(driver, { ...BREAKER, key: "unknown" });
      assert.equal(await send(START), "issued");
    }),
  ];
}
