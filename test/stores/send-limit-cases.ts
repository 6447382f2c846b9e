import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { ContractCase } from "../../lib/testing/accounts-contract.ts";
import { asker, casesOf, type MakeStore } from "../support/store-scene.ts";
import { HOUR, MINUTE, opensExactlyAfter, SECOND } from "../support/limit-scene.ts";

/** How often a code is sent, on any store. */
export function sendCases(make: MakeStore): ContractCase[] {
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
