import assert from "node:assert/strict";
import type { ContractCase } from "./accounts-contract.ts";
import { GUESSES, HOUR, KEYS, NEXT, RIGHT, START, WRONG, issued, type Promising } from "./store-driver.ts";

export function guessing(promise: Promising): ContractCase[] {
  return [
    promise(
      "[C3] every wrong guess tells how many are left, the fifth ends the code",
      async ({ issue, verify }) => {
        await issue(START);
        for (const left of [4, 3, 2, 1]) {
          assert.deepEqual(await verify(START, WRONG), {
            outcome: "mismatch",
            attemptsRemaining: left,
            nowDisabled: false,
            nowLocked: false,
          });
        }
        assert.equal((await verify(START, WRONG)).outcome, "exhausted");
        assert.equal((await verify(START, RIGHT)).outcome, "exhausted");
      },
    ),
    promise(
      "[T5][A8] a resend repeats the code, extends nothing and gives no new guesses",
      async ({ issue, verify }) => {
        const first = issued(await issue(START));
        for (let i = 0; i < 3; i++) await verify(START, WRONG);
        const again = issued(await issue(START + 30_000, { digest: NEXT, sealed: "b3RoZXI" }));
        assert.deepEqual(
          [again.repeated, again.sealed, again.expiresAt, again.attemptsRemaining],
          [true, first.sealed, first.expiresAt, 2],
        );
        assert.equal((await verify(START + 31_000, NEXT)).outcome, "mismatch");
        assert.equal((await verify(START + 31_000, RIGHT)).outcome, "passed");
      },
    ),
    promise(
      "[A9][T9] with resend: new the old code is refused and its guesses stay spent",
      async ({ issue, verify }) => {
        await issue(START);
        await verify(START, WRONG);
        const again = issued(await issue(START + 30_000, { resend: "new", digest: NEXT }));
        assert.deepEqual([again.repeated, again.attemptsRemaining], [false, 4]);
        assert.equal((await verify(START + 30_000, RIGHT)).outcome, "mismatch");
        assert.equal((await verify(START + 30_000, NEXT)).outcome, "passed");
      },
    ),
    promise(
      "[A8][C4] ten wrong guesses an hour, over resends; the wait is exact",
      async ({ issue, verify }) => {
        await issue(START);
        for (let i = 0; i < 5; i++) await verify(START, WRONG);
        const second = issued(await issue(START + 30_000, { digest: NEXT }));
        assert.equal(second.repeated, false, "a dead code is not repeated");
        for (let i = 0; i < 5; i++) await verify(START + 30_000, WRONG);
        const now = START + 60_000;
        assert.deepEqual(await verify(now, NEXT), { outcome: "limited", retryAfterMs: START + HOUR - now });
        assert.equal(
          (await issue(START + 2 * 60_000)).outcome,
          "limited",
          "a code that cannot be typed is not sent",
        );
        assert.equal((await issue(START + HOUR)).outcome, "issued");
      },
    ),
    promise("[C7] a success forgets the failures before it", async ({ issue, verify }) => {
      await issue(START);
      for (let i = 0; i < 4; i++) await verify(START, WRONG);
      await verify(START, RIGHT);
      assert.equal(issued(await issue(START + 1)).attemptsRemaining, 5);
    }),
    promise(
      "[C2] wrong guesses in a row disable the factor, also ten months later, until it is reset",
      async ({ issue, verify, store }) => {
        const guesses = { ...GUESSES, inARow: 3 };
        await issue(START, { guesses });
        for (let i = 0; i < 2; i++) await verify(START, WRONG, {}, { guesses });
        assert.deepEqual(await verify(START, WRONG, {}, { guesses }), {
          outcome: "mismatch",
          attemptsRemaining: 2,
          nowDisabled: true,
          nowLocked: false,
        });
        assert.equal((await verify(START, RIGHT, {}, { guesses })).outcome, "disabled");
        const later = START + 300 * 24 * HOUR;
        assert.equal((await issue(later, { guesses })).outcome, "disabled");
        await store.reset(KEYS.failures);
        assert.equal((await issue(later, { guesses })).outcome, "issued");
      },
    ),
    promise("reading changes nothing and tells what is left", async ({ issue, verify, read }) => {
      assert.deepEqual(await read(START), { resendAfterMs: 0 });
      await issue(START);
      await verify(START, WRONG);
      const expected = {
        record: { digest: RIGHT, about: "about", by: ["sms"], note: "" },
        challenge: { attemptsRemaining: 4, expiresAt: START + 300_000 },
        resendAfterMs: 29_000,
      };
      assert.deepEqual(await read(START + 1000), expected);
      assert.deepEqual(await read(START + 1000), expected);
      assert.equal((await read(START + 300_000)).challenge, undefined);
    }),
  ];
}
