import assert from "node:assert/strict";
import type { VerifyAnswer } from "../stores/store.ts";
import type { ContractCase } from "./accounts-contract.ts";
import { limitCases } from "./store-contract-limits.ts";
import { DEFAULTS, asker, casesOf, type MakeStore } from "./store-scene.ts";

/**
 * What passport-factors relies on in a `Store`, for any test runner:
 * `for (const { name, run } of storeContract(make)) it(name, run)`. `make` may hand out the same backend again and again: keys are random.
 */
export function storeContract(make: MakeStore): ContractCase[] {
  return [...codeCases(make), ...limitCases(make)];
}

const wrongly = (answers: readonly VerifyAnswer[]) =>
  answers.filter(({ outcome }) => outcome === "mismatch" || outcome === "exhausted").length;
const passes = (answers: readonly VerifyAnswer[]) => answers.filter(({ outcome }) => outcome === "passed").length;
const many = <T>(count: number, act: () => Promise<T>) => Promise.all(Array.from({ length: count }, act));

function codeCases(make: MakeStore): ContractCase[] {
  return casesOf(make, {
    "a code that was issued passes, and only once": async ({ me }) => {
      const issued = await me.issued();
      assert.equal(issued.repeated, false);
      assert.equal(issued.sealed, me.sealed);
      assert.equal(issued.attemptsRemaining, DEFAULTS.guesses.perCode);
      assert.equal(issued.expiresAt, me.now() + DEFAULTS.ttlMs);
      assert.deepEqual(await me.right(), { outcome: "passed" });
      assert.deepEqual(await me.right(), { outcome: "expired" });
    },
    "nothing pending is expired, and asking changes nothing": async ({ me }) => {
      assert.deepEqual(await me.wrong(), { outcome: "expired" });
      assert.deepEqual(await me.read(), { resendAfterMs: 0 });
      await me.issued();
      assert.deepEqual(await me.wrong(), { outcome: "mismatch", attemptsRemaining: 4, nowDisabled: false });
    },
    "any of several digests passes, as after a rotation of the secret": async ({ me }) => {
      await me.issued();
      assert.deepEqual(await me.verify([me.digestOf("other secret"), me.digest]), { outcome: "passed" });
    },
    "no digest at all is a wrong guess": async ({ me }) => {
      await me.issued();
      assert.equal((await me.verify([])).outcome, "mismatch");
    },
    "[T2] 200 parallel right answers pass exactly once": async ({ me }) => {
      await me.issued();
      const answers = await many(200, () => me.right());
      assert.equal(passes(answers), 1);
      assert.equal(wrongly(answers), 0);
    },
    "[T3] 200 parallel wrong answers never exceed the budget": async ({ me }) => {
      await me.issued();
      const answers = await many(200, () => me.wrong());
      assert.equal(answers.filter(({ outcome }) => outcome === "mismatch").length, DEFAULTS.guesses.perCode - 1);
      assert.equal(passes(answers), 0);
      assert.deepEqual(await me.right(), { outcome: "exhausted", nowDisabled: false });
    },
    "[T4] of a right and a wrong answer in parallel the right one passes": async ({ scene }) => {
      for (const first of ["right", "wrong"] as const) {
        const me = asker(scene);
        await me.issued();
        const answers = await Promise.all(first === "right" ? [me.right(), me.wrong()] : [me.wrong(), me.right()]);
        assert.equal(passes(answers), 1);
      }
    },
    "every wrong answer says how many are left, the last one that none is": async ({ me }) => {
      await me.issued();
      for (const left of [4, 3, 2, 1]) {
        assert.deepEqual(await me.wrong(), { outcome: "mismatch", attemptsRemaining: left, nowDisabled: false });
        assert.equal((await me.read()).challenge?.attemptsRemaining, left);
      }
      assert.deepEqual(await me.wrong(), { outcome: "exhausted", nowDisabled: false });
      assert.equal((await me.read()).challenge?.attemptsRemaining, 0);
      assert.deepEqual(await me.right(), { outcome: "exhausted", nowDisabled: false });
      me.advance(DEFAULTS.ttlMs);
      assert.deepEqual(await me.right(), { outcome: "expired" });
    },
    "[T5] [A8] a resend repeats the same code, extends nothing and gives no new guesses": async ({ me }) => {
      const first = await me.issued();
      await me.wrong();
      me.advance(30_000);
      const again = await me.issued({ digest: me.digestOf("unused"), sealed: me.digestOf("unused") });
      assert.equal(again.repeated, true);
      assert.equal(again.sealed, first.sealed);
      assert.equal(again.expiresAt, first.expiresAt);
      assert.equal(again.attemptsRemaining, 4);
      assert.equal((await me.verify([me.digestOf("unused")])).outcome, "mismatch");
      assert.deepEqual(await me.right(), { outcome: "passed" });
    },
    "[T5] [T9] with resend new the old code is dead, the new one lives its full time, and its guesses stay spent": async ({ me }) => {
      await me.issued();
      await me.wrong();
      me.advance(30_000);
      const [old, fresh] = [me.digest, me.digestOf("fresh")];
      const again = await me.issued({ resend: "new", digest: fresh, sealed: fresh });
      assert.deepEqual([again.repeated, again.sealed, again.attemptsRemaining], [false, fresh, 4]);
      assert.equal(again.expiresAt, me.now() + DEFAULTS.ttlMs);
      assert.deepEqual(await me.verify([old]), { outcome: "mismatch", attemptsRemaining: 3, nowDisabled: false });
      assert.deepEqual(await me.verify([fresh]), { outcome: "passed" });
    },
    "[T9] a guess in flight brings nothing back after its code has passed": async ({ me }) => {
      await me.issued();
      await Promise.all([me.right(), me.wrong(), me.wrong()]);
      assert.equal((await me.read()).challenge, undefined);
      assert.deepEqual(await me.right(), { outcome: "expired" });
    },
    "[T6] another binding's wrong guesses do not burn this code": async ({ me, scene }) => {
      const stranger = asker(scene, { number: me.keys.number });
      await me.issued();
      stranger.advance(30_000);
      await stranger.issued();
      await many(20, () => stranger.wrong());
      assert.equal((await me.read()).challenge?.attemptsRemaining, DEFAULTS.guesses.perCode);
      assert.deepEqual(await me.right(), { outcome: "passed" });
    },
    "[T14] a code is refused exactly from its expiry on": async ({ me, scene }) => {
      await me.issued({ ttlMs: 60_000 });
      me.advance(60_000);
      assert.deepEqual(await me.right(), { outcome: "expired" });
      assert.equal((await me.read()).challenge, undefined);
      const other = asker(scene);
      await other.issued({ ttlMs: 60_000 });
      other.advance(59_999);
      assert.equal((await other.read()).challenge?.expiresAt, other.now() + 1);
      assert.deepEqual(await other.right(), { outcome: "passed" });
    },
    "after expiry, and after the last guess, the next send makes a new code with its own guesses": async ({ me }) => {
      await me.issued();
      await many(5, () => me.wrong());
      me.advance(30_000);
      const fresh = me.digestOf("second");
      const second = await me.issued({ digest: fresh, sealed: fresh });
      assert.deepEqual([second.repeated, second.sealed, second.attemptsRemaining], [false, fresh, 5]);
      assert.equal((await me.right()).outcome, "mismatch");
      me.advance(DEFAULTS.ttlMs);
      const third = await me.issued();
      assert.deepEqual([third.repeated, third.attemptsRemaining], [false, 4]);
    },
    "[T39] revoking forgets the code and nothing else": async ({ me }) => {
      await me.issued();
      await me.wrong();
      const { resendAfterMs } = await me.read();
      await me.revoke(false);
      assert.deepEqual(await me.read(), { resendAfterMs });
      assert.deepEqual(await me.right(), { outcome: "expired" });
      await me.revoke(true);
      assert.deepEqual(await me.read(), { resendAfterMs: 0 });
    },
    "[T7] keys with odd characters are independent": async ({ scene }) => {
      const odd = ["a", "a:b", "a*", "a?", "[a]", "{a}", "}{", "a\n", "a\0", "a b", "é", "", "__proto__", "constructor", "x".repeat(10_000)];
      const askers = odd.map((key) => asker(scene, { challenge: key + scene.salt, guesses: key + scene.salt }));
      for (const [i, each] of askers.entries()) {
        await each.issued();
        assert.equal(passes(await Promise.all(askers.slice(i + 1).map((later) => later.right()))), 0);
      }
      for (const each of askers) assert.deepEqual(await each.right(), { outcome: "passed" });
    },
    "the store answers a ping, and its limiter counts": async ({ scene }) => {
      await scene.store.ping();
      const limiter = scene.store.limiter({ name: "contract", points: 2, durationSeconds: 60 });
      const key = `contract${scene.salt}`;
      await limiter.consume(key);
      await limiter.consume(key);
      await assert.rejects(
        () => limiter.consume(key),
        (answer: { msBeforeNext?: number }) => (answer.msBeforeNext ?? 0) > 0 && (answer.msBeforeNext ?? 0) <= 60_000,
      );
    },
  });
}
