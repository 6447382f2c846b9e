import assert from "node:assert/strict";
import type { SendLimit } from "../errors.ts";
import type { CapLimit } from "../stores/spending.ts";
import type { IssueAnswer, IssueRequest } from "../stores/store.ts";
import type { ContractCase } from "./accounts-contract.ts";
import { GUESSES, HOUR, KEYS, NEXT, RIGHT, SENDS, START, WRONG, type Promising } from "./store-driver.ts";

const DAY = 24 * HOUR;
const MINUTE = 60_000;

/** Each limit refuses until one millisecond before its end, lets in at it, and is named where its wait is the longest. */
export function edgeCases(promise: Promising): ContractCase[] {
  const free = { ...SENDS, cooldownsMs: [0] };
  const outcomeOf = (answer: IssueAnswer) =>
    answer.outcome === "limited" || answer.outcome === "paused"
      ? [answer.outcome, answer.limit, answer.retryAfterMs]
      : [answer.outcome];
  const cap = (limit: CapLimit, windowMs: number, most: number) => {
    return { key: limit, most, windowMs, pauses: limit !== "calling_code_hour", limit };
  };
  const near = (windowMs: number, most: number) => ({ key: "near", cell: 9, most, windowMs });
  /** The window is part of a key's name, as the package spells it. */
  const inWindow = (request: Partial<IssueRequest>, now: number): Partial<IssueRequest> => {
    const { caps = [], neighbours } = request.spending ?? {};
    const named = <Each extends { key: string; windowMs: number }>(each: Each): Each => {
      return { ...each, key: `${each.key}.${Math.floor(now / each.windowMs)}` };
    };
    const near = neighbours === undefined ? {} : { neighbours: named(neighbours) };
    return request.spending === undefined ? request : { spending: { caps: caps.map(named), ...near } };
  };
  /** Used up by the first send. */
  const limits: [SendLimit, number, Partial<IssueRequest>][] = [
    ["cooldown", 30_000, {}],
    ["number", HOUR, { sends: { ...free, perHour: 1 } }],
    ["number", DAY, { sends: { ...free, perHour: 9, perDay: 1 } }],
    ["account", HOUR, { sends: { ...free, perHour: 1 }, accountKey: "account" }],
    ["account", DAY, { sends: { ...free, perHour: 9, perDay: 1 }, accountKey: "account" }],
    ["calling_code_hour", HOUR, { spending: { caps: [cap("calling_code_hour", HOUR, 1)] } }],
    ["calling_code_day", DAY, { spending: { caps: [cap("calling_code_day", DAY, 1)] } }],
    ["day", DAY, { spending: { caps: [cap("day", DAY, 1)] } }],
    ["block", HOUR, { spending: { caps: [], neighbours: near(HOUR, 1) } }],
  ];

  return [
    ...limits.map(([limit, windowMs, request]) =>
      promise(
        `[T36] ${limit}, of ${windowMs} ms: refused one millisecond before its end, let in at it`,
        async ({ issue }) => {
          // A window of the clock begins here, and a window of one's own.
          const start = START - (START % DAY);
          let n = 0;
          const send = async (now: number) => {
            // Where it is not the number's own limit that is asked for, it is another number each time.
            const fresh = request.spending === undefined ? {} : { number: `n${n++}`, challenge: `c${n}` };
            return outcomeOf(await issue(now, { ...inWindow(request, now), keys: { ...KEYS, ...fresh } }));
          };
          assert.deepEqual(await send(start), ["issued"]);
          for (const left of [windowMs, 1])
            assert.deepEqual((await send(start + windowMs - left)).slice(1), [limit, left]);
          assert.deepEqual(await send(start + windowMs), ["issued"]);
        },
      ),
    ),
    promise(
      "[T36] a lockout: refused one millisecond before its end, at the send and at the guess, let in at it",
      async ({ issue, verify }) => {
        const guesses = { ...GUESSES, perHour: 1 };
        await issue(START, { guesses, ttlMs: 2 * HOUR, keepMs: 2 * HOUR });
        await verify(START, WRONG, {}, { guesses });
        for (const left of [HOUR, 1]) {
          const now = START + HOUR - left;
          assert.deepEqual(outcomeOf(await issue(now, { guesses, sends: free })), [
            "limited",
            "lockout",
            left,
          ]);
          const judged = await verify(now, RIGHT, {}, { guesses });
          assert.deepEqual(judged, { outcome: "limited", retryAfterMs: left });
        }
        assert.equal((await verify(START + HOUR, RIGHT, {}, { guesses })).outcome, "passed");
        assert.equal((await issue(START + HOUR, { guesses, sends: free })).outcome, "issued");
      },
    ),
    promise("of equal waits the first is named: account, number, cooldown, lockout", async (driver) => {
      const sends = { cooldownsMs: [HOUR], perHour: 1, perDay: 10 };
      const guesses = { ...GUESSES, perHour: 1 };
      await driver.issue(START, { sends, guesses, accountKey: "account" });
      await driver.verify(START, WRONG, {}, { guesses });
      const limitOf = async (change: Partial<IssueRequest>) =>
        outcomeOf(await driver.issue(START, { sends, guesses, ...change }))[1];
      assert.equal(await limitOf({ accountKey: "account" }), "account");
      assert.equal(await limitOf({}), "number");
      assert.equal(await limitOf({ sends: { ...sends, perHour: 9 } }), "cooldown");
      assert.equal(await limitOf({ sends: free }), "lockout");
      // And of others the longest.
      assert.equal(await limitOf({ sends: { ...sends, cooldownsMs: [HOUR + 1] } }), "cooldown");
      assert.equal(await limitOf({ sends: { ...sends, perDay: 1 }, accountKey: "other" }), "number");
    }),
    promise("of equal waits a block is named before caps, and a breaker before budgets", async (driver) => {
      let numbers = 0;
      const limitOf = async (now: number, spending: NonNullable<IssueRequest["spending"]>) =>
        outcomeOf(await driver.issue(now, { spending, keys: { ...KEYS, number: `number ${numbers++}` } }));
      const now = START - (START % DAY);
      const hourly = cap("calling_code_hour", HOUR, 0);
      assert.equal((await limitOf(now, { caps: [hourly], neighbours: near(HOUR, 0) }))[1], "block");
      assert.equal((await limitOf(now, { caps: [hourly], neighbours: near(MINUTE, 0) }))[1], hourly.limit);
      const breaker = { key: "breaker", minimum: 1, share: 0.5, pauseMs: HOUR };
      assert.deepEqual(await limitOf(now, { caps: [], breaker }), ["issued"]);
      const later = now + HOUR / 2;
      const wait = (pauseMs: number) => ({ caps: [cap("day", HOUR, 0)], breaker: { ...breaker, pauseMs } });
      assert.deepEqual(await limitOf(later, wait(HOUR / 2)), ["paused", "breaker", HOUR / 2]);
      assert.deepEqual(await limitOf(later + 1, wait(HOUR / 2)), ["paused", "breaker", HOUR / 2 - 1]);
    }),
    promise("a first guess is judged where one in a row is the limit, and ends it", async (driver) => {
      const guesses = { ...GUESSES, inARow: 1 };
      await driver.issue(START, { guesses });
      const answer = await driver.verify(START, WRONG, {}, { guesses });
      assert.ok(answer.outcome === "mismatch" && answer.nowDisabled);
      assert.equal((await driver.verify(START, RIGHT, {}, { guesses })).outcome, "disabled");
    }),
    promise("what somebody else has found right passes while it is alive, and no longer", async (driver) => {
      const right = (now: number) => driver.verify(now, RIGHT, {}, { judged: "right" });
      assert.equal((await right(START)).outcome, "expired");
      await driver.issue(START);
      assert.equal((await right(START + 300_000)).outcome, "expired");
      assert.equal((await right(START + 299_999)).outcome, "passed");
    }),
    promise(
      "a code whose guesses are used up is not repeated, and gives a new one all of them",
      async (driver) => {
        await driver.issue(START);
        for (let i = 0; i < 5; i++) await driver.verify(START, WRONG);
        const answer = await driver.issue(START + MINUTE, { digest: NEXT });
        assert.ok(answer.outcome === "issued" && !answer.repeated && answer.attemptsRemaining === 5);
        const again = await driver.issue(START + 6 * MINUTE, { digest: RIGHT });
        assert.ok(again.outcome === "issued" && !again.repeated, "nor is one that is over");
      },
    ),
  ];
}
