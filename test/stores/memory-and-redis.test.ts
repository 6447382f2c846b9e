import assert from "node:assert/strict";
import fc from "fast-check";
import { memoryStore } from "../../lib/stores/memory.ts";
import { redisStore } from "../../lib/stores/redis.ts";
import type { CapLimit, Spending } from "../../lib/stores/spending.ts";
import type { IssueRequest, Store } from "../../lib/stores/store.ts";
import { age, redisOfSuite } from "../support/redis-of-suite.ts";

const HOUR = 3_600_000;
const DIGESTS = ["AAAAAAAAAAAAAAAAAAAAAA", "BBBBBBBBBBBBBBBBBBBBBA", "CCCCCCCCCCCCCCCCCCCCCA"] as const;

const rules = fc.record({
  guesses: fc.record({
    perCode: fc.constantFrom(0, 1, 3, 5),
    perHour: fc.constantFrom(0, 2, 8, 8, 8),
    inARow: fc.constantFrom(1, 3, 50),
  }),
  sends: fc.record({
    cooldownsMs: fc.constantFrom([], [], [0], [30_000], [30_000, 60_000, 300_000]),
    perHour: fc.constantFrom(0, 2, 5, 20, 20),
    perDay: fc.constantFrom(0, 3, 40, 40),
  }),
  caps: fc.array(fc.nat(5), { maxLength: 3 }),
  near: fc.option(fc.constantFrom(0, 1, 2, 3, 255), { nil: undefined }),
  breaker: fc.option(
    fc.record({
      minimum: fc.integer({ min: 1, max: 3 }),
      share: fc.constantFrom(0, 0.1, 0.5, 1),
      pauseMs: fc.constantFrom(60_000, HOUR),
    }),
    { nil: undefined },
  ),
});
type Rules = typeof rules extends fc.Arbitrary<infer Value> ? Value : never;

const step = fc.record({
  verb: fc.constantFrom(
    "issue",
    "issue",
    "issue",
    "verify",
    "verify",
    "verify",
    "read",
    "amend",
    "revoke",
    "takeBack",
    "count",
    "clear",
    "restore",
    "restore",
    "reset",
  ),
  after: fc.constantFrom(
    0,
    0,
    0,
    0,
    0,
    1000,
    30_000,
    60_000,
    299_000,
    300_000,
    600_000,
    HOUR - 1000,
    HOUR,
    24 * HOUR,
  ),
  account: fc.nat(1),
  number: fc.nat(2),
  bucket: fc.constantFrom("strangers", 'device "é"'),
  digest: fc.constantFrom(...DIGESTS),
  typed: fc.subarray([...DIGESTS]),
  resend: fc.constantFrom("same" as const, "new" as const),
  ttlMs: fc.constantFrom(60_000, 600_000),
  flag: fc.boolean(),
  about: fc.constantFrom("login", "login", "login", "other"),
  by: fc.constantFrom("sms", "sms", "sms", "call"),
  judged: fc.constantFrom(undefined, undefined, "elsewhere" as const, "right" as const),
  note: fc.constantFrom("", '{"to":"x y"}'),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const LIMITS: readonly CapLimit[] = ["calling_code_day", "day", "calling_code_hour"];

function spendingOf({ caps, near, breaker }: Rules, now: number): Spending {
  const windows = [24 * HOUR, 24 * HOUR, HOUR];
  return {
    caps: caps.map((most, i) => {
      const windowMs = windows[i] as number;
      const limit = LIMITS[i] as CapLimit;
      return { key: `cap${i}.${Math.floor(now / windowMs)}`, most, windowMs, pauses: i === 1, limit };
    }),
    ...(near === undefined
      ? {}
      : {
          neighbours: { key: `n${Math.floor(now / 600_000)}`, cell: 65_535, most: near, windowMs: 600_000 },
        }),
    ...(breaker === undefined ? {} : { breaker: { key: "breaker", ...breaker } }),
  };
}

function take(
  store: Store,
  all: Rules,
  each: Step,
  [now, i, passed]: [now: number, i: number, passed: boolean],
): Promise<unknown> {
  const { account, number, bucket, digest, ttlMs, resend, flag } = each;
  const { guesses, sends } = all;
  const keys = {
    challenge: `c${account}${number}`,
    number: `n${number}`,
    guesses: `g${account}`,
    failures: `f${account}`,
    bucket,
  };
  const learns = all.breaker === undefined ? {} : { breakerKey: "breaker" };
  switch (each.verb) {
    case "issue": {
      const { by, note } = each;
      const about = [each.about, "older"];
      const other = each.typed.length > 1 ? "tell" : "replace";
      const kept = { about, by, note, other, keepMs: 2 * ttlMs } as const;
      const request: IssueRequest = {
        keys,
        now,
        ttlMs,
        digest,
        sealed: Buffer.from(String(i)).toString("base64url"),
        resend,
        sends,
        guesses,
        ...kept,
      };
      const more = flag ? { accountKey: `a${account}` } : { spending: spendingOf(all, now) };
      return store.issue({ ...request, ...more });
    }
    case "verify":
      return store.verify({
        keys,
        now,
        digests: each.typed,
        guesses,
        about: [each.about],
        by: each.by,
        attempt: `attempt${i}`,
        ...(each.judged === undefined ? {} : { judged: each.judged }),
        ...learns,
      });
    case "amend":
      return store.amend({ challenge: keys.challenge, now, digest, note: each.note });
    case "read":
      return store.read({ keys, now, sends, guesses });
    case "revoke":
      return store.revoke({ keys, now, liftCooldown: flag, ...learns });
    case "count":
      return store.guesses.count({ keys, now, guesses });
    case "clear":
      return store.guesses.clear(keys, now);
    case "restore":
      return store.restore({
        keys,
        now,
        digests: each.typed,
        // A pass is undone by who has seen it, or has found the code right; a guess that was wrong is not.
        attempt: passed ? `attempt${i - 1}` : "none",
        ...(each.judged === undefined ? {} : { judged: each.judged }),
        ...learns,
      });
    case "takeBack":
      return store.takeBack({ keys, now });
    default:
      return store.reset(keys.failures);
  }
}

describe("the two stores", () => {
  const suite = redisOfSuite({ enableAutoPipelining: true });

  it("give the same answers to whatever is asked of them, and every key of Redis expires", async () => {
    await fc.assert(
      fc.asyncProperty(rules, fc.array(step, { minLength: 10, maxLength: 40 }), async (all, steps) => {
        await suite.client.flushall();
        const [memory, redis] = [memoryStore(), redisStore(suite.client)];
        let now = 1_800_000_000_000;
        let passed = false;
        for (const [i, each] of steps.entries()) {
          now += each.after;
          await age(suite.client, each.after);
          const at: [number, number, boolean] = [now, i, passed];
          const answers = [await take(memory, all, each, at), await take(redis, all, each, at)];
          passed = (answers[0] as { outcome?: string } | undefined)?.outcome === "passed";
          assert.deepEqual(answers[1], answers[0], `step ${i}: ${each.verb}`);
        }
        for (const key of await suite.client.keys("*")) assert.ok((await suite.client.pttl(key)) > 0, key);
      }),
      { numRuns: 200 },
    );
  });
});
