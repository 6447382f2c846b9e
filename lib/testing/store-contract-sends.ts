import assert from "node:assert/strict";
import type { ContractCase } from "./accounts-contract.ts";
import { HOUR, KEYS, NEXT, RIGHT, SENDS, START, issued, type Promising } from "./store-driver.ts";

export function sending(promise: Promising): ContractCase[] {
  return [
    promise(
      "[D2] the second send waits 30 seconds, the next ones 60, to the millisecond",
      async ({ issue }) => {
        assert.equal(issued(await issue(START)).resendAfterMs, 30_000);
        assert.deepEqual(await issue(START + 29_999), {
          outcome: "limited",
          retryAfterMs: 1,
          limit: "cooldown",
        });
        assert.equal(issued(await issue(START + 30_000)).resendAfterMs, 60_000);
        assert.deepEqual(await issue(START + 89_999), {
          outcome: "limited",
          retryAfterMs: 1,
          limit: "cooldown",
        });
        assert.equal((await issue(START + 90_000)).outcome, "issued");
      },
    ),
    promise("[D3][T36] five sends an hour and ten a day; who waits as told is let in", async ({ issue }) => {
      let now = START;
      let sent = 0;
      const waits: number[] = [];
      while (now < START + 24 * HOUR) {
        const answer = await issue(now);
        if (answer.outcome === "issued") sent += 1;
        else waits.push((answer as { retryAfterMs: number }).retryAfterMs);
        now += answer.outcome === "limited" ? answer.retryAfterMs : 0;
      }
      assert.equal(sent, 10);
      assert.ok(
        waits.some((wait) => wait > 50 * 60_000),
        "the hourly cap held",
      );
      assert.equal((await issue(now)).outcome, "issued");
    }),
    promise("[D4] sends to other numbers count for the account too", async ({ issue }) => {
      for (let i = 0; i < 5; i++) {
        const answer = await issue(START + i, {
          accountKey: "acc",
          keys: { ...KEYS, challenge: `c${i}`, number: `n${i}` },
        });
        assert.equal(answer.outcome, "issued");
      }
      const sixth = await issue(START + 10, {
        accountKey: "acc",
        keys: { ...KEYS, challenge: "c6", number: "n6" },
      });
      assert.deepEqual(sixth, { outcome: "limited", retryAfterMs: HOUR - 10, limit: "account" });
    }),
    promise(
      "a refused send disturbs neither the live code nor any count",
      async ({ issue, verify, read }) => {
        await issue(START);
        const before = await read(START + 1000);
        assert.equal((await issue(START + 1000, { digest: NEXT })).outcome, "limited");
        assert.deepEqual(await read(START + 1000), before);
        assert.equal((await verify(START + 1000, RIGHT)).outcome, "passed");
      },
    ),
    promise("a passed code lifts the cooldown, never the caps", async ({ issue, verify }) => {
      for (let i = 0; i < 5; i++) {
        assert.equal((await issue(START + i)).outcome, "issued");
        assert.equal((await verify(START + i, RIGHT)).outcome, "passed");
      }
      assert.deepEqual(await issue(START + 5), {
        outcome: "limited",
        retryAfterMs: HOUR - 5,
        limit: "number",
      });
    }),
    promise("[D5] an undelivered message lifts the cooldown too", async ({ issue, store }) => {
      await issue(START);
      await store.revoke({ keys: KEYS, now: START, liftCooldown: true });
      assert.equal((await issue(START + 1)).outcome, "issued");
    }),
    promise("[T15b] an option's 0 means 0", async ({ issue }) => {
      assert.equal((await issue(START, { sends: { ...SENDS, perHour: 0 } })).outcome, "limited");
      assert.equal((await issue(START, { sends: { ...SENDS, perDay: 0 } })).outcome, "limited");
      const free = { ...SENDS, cooldownsMs: [0] };
      assert.equal((await issue(START, { sends: free })).outcome, "issued");
      assert.equal((await issue(START, { sends: free })).outcome, "issued");
    }),
    promise("[T31] parallel sends never exceed the cap", async ({ issue }) => {
      const sends = { ...SENDS, cooldownsMs: [0] };
      const answers = await Promise.all(Array.from({ length: 50 }, () => issue(START, { sends })));
      assert.equal(answers.filter((each) => each.outcome === "issued").length, 5);
    }),
    promise("a limiter lets its points through and says how long to wait then", async ({ store }) => {
      const limiter = store.limiter({ name: "contract", points: 2, durationSeconds: 60 });
      await limiter.consume("someone");
      await limiter.consume("someone");
      await assert.rejects(
        limiter.consume("someone"),
        (rejection: { msBeforeNext?: number }) => (rejection.msBeforeNext ?? 0) > 0,
      );
      await limiter.consume("someone else");
      await store.ping();
    }),
  ];
}
