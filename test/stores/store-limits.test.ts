import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { Redis } from "ioredis";
import { memoryStore } from "../../lib/stores/memory.ts";
import { redisStore } from "../../lib/stores/redis.ts";
import type { ContractCase } from "../../lib/testing/accounts-contract.ts";
import { startRedis, type RedisServer } from "../support/redis-server.ts";
import { DEFAULTS, asker, casesOf, type Asker, type MakeStore } from "../support/store-scene.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A refused send says when it will be taken: not a millisecond before, and then it is. */
async function opensExactlyAfter(
  me: Asker,
  waitMs: number,
  changes: Parameters<Asker["issue"]>[0] = {},
): Promise<void> {
  const wait = async () => {
    const answer = await me.issue(changes);
    return answer.outcome === "limited" ? answer.retryAfterMs : answer.outcome;
  };
  assert.equal(await wait(), waitMs);
  me.advance(waitMs - 1);
  assert.equal(await wait(), 1);
  me.advance(1);
  await me.issued(changes);
}

async function wrongInARow(me: Asker, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    assert.notEqual((await me.wrong()).outcome, "disabled", `after ${i} wrong guesses`);
  }
}

/** Limits that leave only the one in question. */
const FREE = { cooldownsMs: [0], perHour: 1000, perDay: 1000 };
const PATIENT = { perCode: 1000, perHour: 1000, inARow: 1000 };

describe("limits in memory", () => {
  declare(async () => ({ store: memoryStore(), close: async () => {} }));
});

for (const enableAutoPipelining of [false, true]) {
  describe(`limits in Redis${enableAutoPipelining ? ", auto-pipelined" : ""}`, () => {
    let server: RedisServer;
    let client: Redis;
    before(async () => {
      server = await startRedis();
      client = new Redis(server.url, { enableAutoPipelining });
    });
    after(async () => {
      client.disconnect();
      await server.stop();
    });
    declare(async () => ({ store: redisStore(client), close: async () => {} }));
  });
}

function declare(make: MakeStore): void {
  for (const { name, run } of [...sendCases(make), ...guessCases(make)]) it(name, run);
}

function sendCases(make: MakeStore): ContractCase[] {
  return casesOf(make, {
    "[D2] the cooldown is 30 s, then 60 s, then 60 s": async ({ me }) => {
      assert.equal((await me.issued()).resendAfterMs, 30 * SECOND);
      assert.equal((await me.read()).resendAfterMs, 30 * SECOND);
      await opensExactlyAfter(me, 30 * SECOND);
      assert.equal((await me.read()).resendAfterMs, 60 * SECOND);
      await opensExactlyAfter(me, 60 * SECOND);
      await opensExactlyAfter(me, 60 * SECOND);
    },
    "the cooldown starts over after a quiet hour, and its end is exact at the edge of that hour": async ({
      me,
    }) => {
      await me.issued();
      me.advance(HOUR - 10 * SECOND);
      assert.equal((await me.issued()).resendAfterMs, 60 * SECOND);
      await opensExactlyAfter(me, 60 * SECOND);
      me.advance(HOUR);
      assert.equal((await me.issued()).resendAfterMs, 30 * SECOND);
    },
    "[T36] the sixth send within an hour waits until the first is an hour old": async ({ me }) => {
      await me.issued();
      for (let i = 0; i < 4; i++) {
        me.advance(10 * MINUTE);
        await me.issued();
      }
      assert.equal((await me.read()).resendAfterMs, 20 * MINUTE);
      await opensExactlyAfter(me, 20 * MINUTE);
      await opensExactlyAfter(me, 10 * MINUTE);
    },
    "[T36] the eleventh send within a day waits until the first is a day old": async ({ me }) => {
      for (let i = 0; i < 10; i++) {
        await me.issued();
        me.advance(2 * HOUR);
      }
      assert.equal((await me.read()).resendAfterMs, 4 * HOUR);
      await opensExactlyAfter(me, 4 * HOUR);
      await opensExactlyAfter(me, 2 * HOUR);
    },
    "[T31] sends to one number count whoever asks for them": async ({ me, scene }) => {
      await me.issued();
      const other = asker(scene, { number: me.keys.number });
      assert.equal((await other.issue()).outcome, "limited");
      assert.equal((await asker(scene).issue()).outcome, "issued");
    },
    "[T31] 200 parallel sends make one": async ({ me }) => {
      const answers = await Promise.all(Array.from({ length: 200 }, () => me.issue()));
      assert.equal(answers.filter(({ outcome }) => outcome === "issued").length, 1);
    },
    "[T31] an account's sends to new numbers share the caps, but not the cooldown": async ({ me, scene }) => {
      const accountKey = randomBytes(12).toString("base64url");
      for (let i = 0; i < 5; i++) {
        const next = asker(scene);
        const issued = await next.issued({ accountKey, now: me.now() + i * MINUTE });
        assert.equal(issued.resendAfterMs, i === 4 ? 56 * MINUTE : 30 * SECOND);
      }
      me.advance(4 * MINUTE);
      await opensExactlyAfter(me, 56 * MINUTE, { accountKey });
      assert.equal(
        (await asker(scene).issue({ now: me.now() })).outcome,
        "issued",
        "without the account's key only the number counts",
      );
    },
    "a rejected send changes nothing": async ({ me }) => {
      await me.issued();
      await me.wrong();
      me.advance(10 * SECOND);
      const before = await me.read();
      for (let i = 0; i < 20; i++) {
        assert.deepEqual(await me.issue({ resend: "new", digest: me.digestOf("x") }), {
          outcome: "limited",
          retryAfterMs: 20 * SECOND,
          limit: "cooldown",
        });
      }
      assert.deepEqual(await me.read(), before);
      assert.deepEqual(await me.right(), { outcome: "passed", resumed: false });
    },
    "a passed code lifts the cooldown, never the caps": async ({ me }) => {
      for (let i = 0; i < 5; i++) {
        await me.issued();
        assert.deepEqual(await me.right(), { outcome: "passed", resumed: false });
        assert.equal((await me.read()).resendAfterMs, i === 4 ? HOUR : 0);
      }
      await opensExactlyAfter(me, HOUR);
    },
    "after a passed code the cooldowns start over": async ({ me }) => {
      await me.issued();
      me.advance(30 * SECOND);
      await me.issued();
      await me.right();
      assert.equal((await me.issued()).resendAfterMs, 30 * SECOND);
    },
    "[T39] lifting the cooldown twice, or for nobody, is the same as once": async ({ me }) => {
      await me.revoke(true);
      assert.equal((await me.issued()).resendAfterMs, 30 * SECOND);
      await me.revoke(true);
      await me.revoke(true);
      assert.equal((await me.issued()).resendAfterMs, 30 * SECOND);
    },
    "[T15b] an option's 0 means 0: sends": async ({ scene }) => {
      const none = asker(scene, {}, { sends: { cooldownsMs: [0], perHour: 5, perDay: 10 } });
      assert.equal((await none.issued()).resendAfterMs, 0);
      await none.issued();
      for (const caps of [
        { perHour: 0, perDay: 10 },
        { perHour: 5, perDay: 0 },
      ]) {
        const never = asker(scene, {}, { sends: { cooldownsMs: [0], ...caps } });
        assert.equal((await never.issue()).outcome, "limited");
        assert.equal((await never.read()).challenge, undefined);
      }
    },
  });
}

function guessCases(make: MakeStore): ContractCase[] {
  return casesOf(make, {
    "[T5] ten wrong guesses an hour over all codes, then both verbs wait until the first is an hour old":
      async ({ scene }) => {
        const me = asker(scene, {}, { sends: FREE });
        await me.issued();
        await wrongInARow(me, 5);
        me.advance(10 * MINUTE);
        await me.issued();
        await wrongInARow(me, 4);
        assert.equal((await me.read()).challenge?.attemptsRemaining, 1);
        assert.deepEqual(await me.wrong(), {
          outcome: "exhausted",
          counted: true,
          nowDisabled: false,
          nowLocked: true,
        });
        assert.deepEqual(await me.right(), { outcome: "limited", retryAfterMs: 50 * MINUTE });
        assert.equal((await me.read()).resendAfterMs, 50 * MINUTE);
        await opensExactlyAfter(me, 50 * MINUTE);
        assert.deepEqual(await me.right(), { outcome: "passed", resumed: false });
      },
    "what is left is the smaller of the code's and the hour's guesses": async ({ scene }) => {
      const me = asker(scene, {}, { sends: FREE, guesses: { perCode: 5, perHour: 7, inARow: 100 } });
      await me.issued();
      await wrongInARow(me, 5);
      assert.equal((await me.issued()).attemptsRemaining, 2);
      assert.deepEqual(await me.wrong(), {
        outcome: "mismatch",
        attemptsRemaining: 1,
        nowDisabled: false,
        nowLocked: false,
      });
      assert.deepEqual(await me.wrong(), {
        outcome: "exhausted",
        counted: true,
        nowDisabled: false,
        nowLocked: true,
      });
      assert.equal((await me.right()).outcome, "limited");
    },
    "a passed code forgives the hour's wrong guesses": async ({ scene }) => {
      const me = asker(scene, {}, { sends: FREE });
      await me.issued();
      await wrongInARow(me, 4);
      assert.equal((await me.right()).outcome, "passed");
      assert.equal((await me.issued()).attemptsRemaining, 5);
      await wrongInARow(me, 5);
      assert.equal((await me.issued()).attemptsRemaining, 5);
    },
    "[C2] 100 wrong guesses in a row disable the factor, also a year later, until it is bound anew": async ({
      scene,
    }) => {
      const me = asker(scene, {}, { sends: FREE });
      for (let hour = 0; hour < 10; hour++) {
        for (const _ of [1, 2]) {
          await me.issued();
          await wrongInARow(me, hour === 9 && _ === 2 ? 4 : 5);
        }
        if (hour < 9) me.advance(HOUR);
      }
      assert.deepEqual(await me.wrong(), {
        outcome: "exhausted",
        counted: true,
        nowDisabled: true,
        nowLocked: true,
      });
      for (const later of [0, HOUR, 365 * DAY]) {
        me.advance(later);
        assert.deepEqual(await me.issue(), { outcome: "disabled" });
        assert.deepEqual(await me.right(), { outcome: "disabled" });
      }
      await scene.store.reset(me.keys.failures);
      await me.issued();
      assert.deepEqual(await me.right(), { outcome: "passed", resumed: false });
    },
    "[C2] the guess that disables says so, and a passed code starts the row over": async ({ scene }) => {
      const me = asker(scene, {}, { sends: FREE, guesses: { ...PATIENT, inARow: 3 } });
      await me.issued();
      await wrongInARow(me, 2);
      assert.equal((await me.right()).outcome, "passed");
      await me.issued();
      await wrongInARow(me, 2);
      assert.deepEqual(await me.wrong(), {
        outcome: "mismatch",
        attemptsRemaining: 997,
        nowDisabled: true,
        nowLocked: false,
      });
      assert.deepEqual(await me.right(), { outcome: "disabled" });
    },
    "[C2] failures count over codes and purposes of the same account": async ({ scene }) => {
      const guesses = { ...PATIENT, inARow: 4 };
      const login = asker(scene, {}, { guesses });
      const stepUp = asker(scene, { failures: login.keys.failures }, { guesses });
      await login.issued();
      await stepUp.issued();
      await wrongInARow(login, 2);
      await wrongInARow(stepUp, 2);
      assert.deepEqual(await login.right(), { outcome: "disabled" });
    },
    "[T3] 200 parallel wrong guesses are all counted in the hour and in the row": async ({ scene }) => {
      const me = asker(scene, {}, { guesses: { perCode: 1000, perHour: 50, inARow: 50 } });
      await me.issued();
      const answers = await Promise.all(Array.from({ length: 200 }, () => me.wrong()));
      assert.equal(
        answers.filter(({ outcome }) => outcome === "mismatch" || outcome === "exhausted").length,
        50,
      );
      assert.equal(answers.filter(({ outcome }) => outcome === "disabled").length, 150);
    },
    "[T15b] an option's 0 means 0: guesses": async ({ scene }) => {
      const noCode = asker(scene, {}, { guesses: { ...DEFAULTS.guesses, perCode: 0 } });
      assert.equal((await noCode.issued()).attemptsRemaining, 0);
      assert.deepEqual(await noCode.right(), {
        outcome: "exhausted",
        counted: false,
        nowDisabled: false,
        nowLocked: false,
      });
      const noHour = asker(scene, {}, { guesses: { ...DEFAULTS.guesses, perHour: 0 } });
      assert.equal((await noHour.issue()).outcome, "limited");
      assert.equal((await noHour.right()).outcome, "limited");
      const noRow = asker(scene, {}, { guesses: { ...DEFAULTS.guesses, inARow: 0 } });
      assert.deepEqual(await noRow.issue(), { outcome: "disabled" });
      assert.deepEqual(await noRow.right(), { outcome: "disabled" });
    },
  });
}
