import assert from "node:assert/strict";
import type { ContractCase } from "../../lib/testing/accounts-contract.ts";
import { DEFAULTS, asker, casesOf, type MakeStore } from "../support/store-scene.ts";
import { DAY, FREE, HOUR, MINUTE, opensExactlyAfter, PATIENT, wrongInARow } from "../support/limit-scene.ts";

/** How often a code is guessed at, on any store. */
export function guessCases(make: MakeStore): ContractCase[] {
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
