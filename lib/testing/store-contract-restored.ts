import assert from "node:assert/strict";
import type { ContractCase } from "./accounts-contract.ts";
import { GUESSES, issued, KEYS, NEXT, RIGHT, START, WRONG, type Promising } from "./store-driver.ts";

const MINUTE = 60_000;

/** A code that has passed for a request of which nothing came is given back. */
export function restoredCases(promise: Promising): ContractCase[] {
  const passedIn = (attempt: string) => ({
    keys: KEYS,
    now: START + 2,
    digests: [RIGHT],
    attempt,
  });
  return [
    promise(
      "[T67] a code that is given back is pending as it was, and passes once more, once",
      async ({ store, issue, verify, read }) => {
        await issue(START, { note: "kept" });
        await verify(START + 1, WRONG);
        const before = await read(START + 2);
        assert.equal((await verify(START + 2, RIGHT, {}, { attempt: "mine" })).outcome, "passed");
        await store.restore(passedIn("mine"));
        await store.restore(passedIn("mine"));
        assert.deepEqual(await read(START + 2), before);
        // Its cooldown stands again, and so do the guesses.
        assert.equal((await issue(START + 3)).outcome, "limited");
        const guesses = { ...GUESSES, inARow: 2 };
        const wrong = await verify(START + 3, WRONG, {}, { guesses });
        assert.deepEqual(wrong, {
          outcome: "mismatch",
          attemptsRemaining: 3,
          nowDisabled: true,
          nowLocked: false,
        });
        const answers = await Promise.all(Array.from({ length: 10 }, () => verify(START + 4, RIGHT)));
        assert.equal(answers.filter(({ outcome }) => outcome === "passed").length, 1);
      },
    ),
    promise(
      "[T2] [T67] only the request that it passed in gives a code back, and not over a newer one",
      async ({ store, issue, verify, read }) => {
        await store.restore(passedIn("nothing"));
        await issue(START);
        await store.restore(passedIn("pending"));
        assert.equal((await verify(START + 2, RIGHT, {}, { attempt: "mine" })).outcome, "passed");
        await store.restore(passedIn("another"));
        assert.equal((await verify(START + 2, RIGHT)).outcome, "repeated");
        assert.equal(issued(await issue(START + MINUTE, { digest: NEXT })).repeated, false);
        await store.restore(passedIn("mine"));
        assert.equal((await read(START + MINUTE)).record?.digest, NEXT);
        assert.equal((await verify(START + MINUTE, RIGHT)).outcome, "mismatch");
      },
    ),
    promise(
      "[T67] what somebody else has found right passes, once, without being asked for again",
      async ({ store, issue, verify }) => {
        await issue(START, { digest: NEXT });
        const judged = "right" as const;
        assert.equal((await verify(START + 2, RIGHT, {}, { judged, attempt: "mine" })).outcome, "passed");
        await store.restore({ ...passedIn("mine"), judged });
        const elsewhere = { judged: "elsewhere" as const };
        assert.equal((await verify(START + 2, WRONG, {}, elsewhere)).outcome, "mismatch");
        assert.equal((await verify(START + 2, NEXT, {}, elsewhere)).outcome, "mismatch");
        assert.equal((await verify(START + 2, RIGHT, {}, elsewhere)).outcome, "passed");
        assert.equal((await verify(START + 2, RIGHT, {}, elsewhere)).outcome, "repeated");
      },
    ),
    promise(
      "[T67] what somebody else has found right passes also where its request was withdrawn before, however often; a resend sends the code as it was",
      async ({ store, issue, verify }) => {
        const sealed = Buffer.from("sealed as it was..").toString("base64url");
        await issue(START, { digest: NEXT, sealed });
        for (let times = 2; times > 0; times--) await store.restore({ ...passedIn("mine"), judged: "right" });
        const again = issued(await issue(START + MINUTE, { digest: NEXT }));
        assert.deepEqual([again.repeated, again.sealed], [true, sealed]);
        const elsewhere = { judged: "elsewhere" as const };
        assert.equal((await verify(START + MINUTE, RIGHT, {}, elsewhere)).outcome, "passed");
      },
    ),
    promise("of a code that is forgotten by its digest, no other is hit", async ({ store, issue, read }) => {
      await issue(START);
      const revoke = (digest: string) => store.revoke({ keys: KEYS, now: START, liftCooldown: true, digest });
      await revoke(NEXT);
      assert.equal((await read(START)).record?.digest, RIGHT);
      assert.equal((await issue(START + 1)).outcome, "limited");
      await revoke(RIGHT);
      assert.equal((await read(START)).record, undefined);
      assert.equal((await issue(START + 1)).outcome, "issued");
    }),
  ];
}
