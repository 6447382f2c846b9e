import assert from "node:assert/strict";
import { SLOT_MS, type CapLimit, type Spending } from "../stores/spending.ts";
import type { ContractCase } from "./accounts-contract.ts";
import { HOUR, KEYS, RIGHT, START, type Driver, type Promising } from "./store-driver.ts";

const HOURLY: CapLimit = "calling_code_hour";
const BREAKER = { key: "breaker", minimum: 10, share: 0.2, pauseMs: HOUR };

/** What is counted over all accounts: caps, neighbours, the breaker. */
export function spendingCases(promise: Promising): ContractCase[] {
  /** Somebody else each time, so that no number's own limit is in the way. */
  const sender = ({ issue, verify, store }: Driver, spending: Spending) => {
    let count = 0;
    const keysOf = (n: number) => ({
      ...KEYS,
      challenge: `c${n}`,
      number: `n${n}`,
      guesses: `g${n}`,
      failures: `f${n}`,
    });
    const breaker = spending.breaker === undefined ? {} : { breakerKey: spending.breaker.key };
    return {
      send: (now: number) => issue(now, { keys: keysOf(++count), spending }),
      pass: (now: number) => verify(now, RIGHT, keysOf(count), breaker),
      undelivered: (now: number) =>
        store.revoke({ keys: keysOf(count), now, liftCooldown: true, ...breaker }),
      verify,
    };
  };

  return [
    promise("[T31] a cap holds under parallel sends, and says when its window ends", async (driver) => {
      const cap = { key: "cap", most: 3, windowMs: HOUR, pauses: false, limit: HOURLY };
      const { send } = sender(driver, { caps: [cap] });
      const now = START - (START % HOUR) + 1000;
      const answers = await Promise.all(Array.from({ length: 10 }, () => send(now)));
      assert.equal(answers.filter(({ outcome }) => outcome === "issued").length, 3);
      assert.deepEqual(await send(now), { outcome: "limited", retryAfterMs: HOUR - 1000, limit: HOURLY });
    }),
    promise("[O8] a budget that is used up pauses", async (driver) => {
      const { send } = sender(driver, {
        caps: [{ key: "budget", most: 1, windowMs: HOUR, pauses: true, limit: "day" }],
      });
      await send(START);
      const refused = await send(START);
      assert.ok(refused.outcome === "paused" && refused.limit === "day" && !refused.tripped);
    }),
    promise("a cap of 0 lets nothing through", async (driver) => {
      const { send } = sender(driver, {
        caps: [{ key: "none", most: 0, windowMs: HOUR, pauses: false, limit: HOURLY }],
      });
      assert.equal((await send(START)).outcome, "limited");
    }),
    promise("[O5] a block of neighbours has its own count, a refused send is not counted", async (driver) => {
      const near = (cell: number): Spending => ({
        caps: [],
        neighbours: { key: "near", cell, most: 2, windowMs: 600_000 },
      });
      const first = sender(driver, near(7));
      for (let i = 0; i < 2; i++) assert.equal((await first.send(START)).outcome, "issued");
      for (let i = 0; i < 300; i++) assert.equal((await first.send(START)).outcome, "limited");
      assert.equal(
        (await driver.issue(START, { keys: { ...KEYS, number: "far" }, spending: near(65_535) })).outcome,
        "issued",
      );
    }),
    promise("[O5] a send that a cap or a pause refuses is not counted for its neighbours", async (driver) => {
      const neighbours = { key: "near", cell: 7, most: 1, windowMs: 600_000 };
      for (const pauses of [true, false]) {
        const full = {
          key: "none",
          most: 0,
          windowMs: HOUR,
          pauses,
          limit: pauses ? "day" : HOURLY,
        } as const;
        const { send } = sender(driver, { caps: [full], neighbours });
        assert.equal((await send(START)).outcome, pauses ? "paused" : "limited");
      }
      const { send } = sender(driver, { caps: [], neighbours });
      assert.equal((await send(START)).outcome, "issued");
      const refused = await send(START);
      assert.ok(refused.outcome === "limited" && refused.limit === "block");
    }),
    promise("of several limits the one with the longest wait is named", async (driver) => {
      const now = START - (START % (24 * HOUR)) + 1000;
      const cap = (limit: CapLimit, windowMs: number) => {
        const pauses = limit !== HOURLY;
        return { key: limit, most: 0, windowMs, pauses, limit };
      };
      const neighbours = { key: "full", cell: 1, most: 0, windowMs: 2 * HOUR };
      const shown = async (spending: Spending) => {
        const answer = await sender(driver, spending).send(now);
        return "limit" in answer ? answer.limit : answer.outcome;
      };
      const [hour, day] = [cap(HOURLY, HOUR), cap("day", 24 * HOUR)];
      assert.equal(await shown({ caps: [day, hour] }), HOURLY);
      assert.equal(await shown({ caps: [day, hour], neighbours }), "block");
      assert.equal(await shown({ caps: [cap("calling_code_day", 2 * HOUR), day] }), "day");
    }),
    promise("[T54] breakers, blocks and caps of one budget are nothing to another", async (driver) => {
      const of = (budget: string): Spending => ({
        caps: [{ key: `cap ${budget}`, most: 30, windowMs: 24 * HOUR, pauses: true, limit: "day" }],
        neighbours: { key: `near ${budget}`, cell: 7, most: 30, windowMs: HOUR },
        breaker: { ...BREAKER, key: `breaker ${budget}` },
      });
      const strangers = sender(driver, of("signup"));
      for (let i = 0; i < 30; i++) assert.equal((await strangers.send(START)).outcome, "issued");
      const later = START + 2 * SLOT_MS;
      assert.notEqual((await strangers.send(later)).outcome, "issued");
      const owners = sender(driver, of("login"));
      for (let i = 0; i < 30; i++) assert.equal((await owners.send(later)).outcome, "issued");
    }),
    promise(
      "[O6] a calling code whose codes are not verified is paused once people had time to type",
      async (driver) => {
        const { send } = sender(driver, { caps: [], breaker: BREAKER });
        for (let i = 0; i < 30; i++) assert.equal((await send(START)).outcome, "issued");
        const later = START + 2 * SLOT_MS;
        assert.deepEqual(await send(later), {
          outcome: "paused",
          retryAfterMs: HOUR,
          limit: "breaker",
          tripped: true,
        });
        assert.deepEqual(await send(later + 1), {
          outcome: "paused",
          retryAfterMs: HOUR - 1,
          limit: "breaker",
          tripped: false,
        });
      },
    ),
    promise("[O6] after the pause one send is let through; its code ends the pause", async (driver) => {
      const { send, pass } = sender(driver, { caps: [], breaker: BREAKER });
      for (let i = 0; i < 30; i++) await send(START);
      const paused = START + 2 * SLOT_MS;
      await send(paused);
      const after = paused + HOUR;
      assert.equal((await send(after)).outcome, "issued");
      assert.deepEqual(await pass(after), { outcome: "passed", resumed: true });
      assert.equal((await send(after)).outcome, "issued");
    }),
    promise("[O6] a trial that nobody verifies goes on with the pause", async (driver) => {
      const { send } = sender(driver, { caps: [], breaker: BREAKER });
      for (let i = 0; i < 30; i++) await send(START);
      const paused = START + 2 * SLOT_MS;
      await send(paused);
      const after = paused + HOUR;
      await send(after);
      assert.deepEqual(await send(after + 1), {
        outcome: "paused",
        retryAfterMs: HOUR - 1,
        limit: "breaker",
        tripped: false,
      });
    }),
    promise("codes that pass keep a calling code open", async (driver) => {
      const { send, pass } = sender(driver, { caps: [], breaker: BREAKER });
      for (let i = 0; i < 20; i++) {
        await send(START);
        if (i % 4 === 0) assert.equal((await pass(START)).outcome, "passed");
      }
      assert.equal((await send(START + 2 * SLOT_MS)).outcome, "issued");
    }),
    promise(
      "[O6] a code that passes in a slot before its first send does not keep the breaker from judging",
      async (driver) => {
        const { send, pass } = sender(driver, { caps: [], breaker: BREAKER });
        await send(START);
        const waiting = START + 2 * SLOT_MS - 1;
        for (let i = 0; i < 30; i++) await send(START);
        assert.equal((await send(waiting)).outcome, "issued");
        assert.equal((await pass(START + 2 * SLOT_MS)).outcome, "passed");
        assert.equal((await send(START + 2 * SLOT_MS)).outcome, "paused");
      },
    ),
    promise("messages that were never taken do not count against a calling code", async (driver) => {
      const { send, undelivered } = sender(driver, { caps: [], breaker: BREAKER });
      for (let i = 0; i < 30; i++) {
        await send(START);
        await undelivered(START);
      }
      assert.equal((await send(START + 2 * SLOT_MS)).outcome, "issued");
    }),
  ];
}
