import assert from "node:assert/strict";
import type { ContractCase } from "./accounts-contract.ts";
import { ABOUT, issued, KEYS, NEXT, RIGHT, START, WRONG, type Promising } from "./store-driver.ts";

const MINUTE = 60_000;

/** One record for what is pending under a handle: what it is about, what is kept with it, and what is left of it once it has passed. */
export function pendingCases(promise: Promising): ContractCase[] {
  const other = { about: ["other"] };
  return [
    promise(
      "a code about something else is told of, and nothing is done",
      async ({ issue, verify, read }) => {
        await issue(START, { note: "mine" });
        const before = await read(START + MINUTE);
        const record = { digest: RIGHT, by: ["sms"], note: "mine" };
        const told = { outcome: "other", record };
        assert.deepEqual(await issue(START + MINUTE, { ...other, other: "tell", digest: NEXT }), told);
        for (const typed of [RIGHT, WRONG])
          assert.deepEqual(await verify(START + MINUTE, typed, {}, other), told);
        assert.deepEqual(await read(START + MINUTE), before);
        assert.equal((await verify(START + MINUTE, RIGHT)).outcome, "passed");
      },
    ),
    promise(
      "[T7] a code about something else is replaced by a new one, never repeated",
      async ({ issue, verify }) => {
        await issue(START);
        const answer = issued(await issue(START + MINUTE, { ...other, digest: NEXT, note: "n" }));
        assert.equal(answer.repeated, false);
        assert.deepEqual(answer.record, { digest: NEXT, by: ["sms"], note: "n" });
        assert.equal((await verify(START + MINUTE, RIGHT)).outcome, "other");
        assert.equal((await verify(START + MINUTE, RIGHT, {}, other)).outcome, "mismatch");
        assert.equal((await verify(START + MINUTE, NEXT, {}, other)).outcome, "passed");
      },
    ),
    promise("[B8] what it is about may be said under several secrets", async ({ issue, verify }) => {
      await issue(START, { about: ["old"] });
      assert.equal(issued(await issue(START + MINUTE, { about: ["new", "old"] })).repeated, true);
      assert.equal((await verify(START + MINUTE, RIGHT, {}, { about: ["new", "old"] })).outcome, "passed");
    }),
    promise(
      "a repeated code keeps its note, and knows who has carried it, the latest last",
      async ({ issue }) => {
        await issue(START, { note: "first" });
        const by = async (now: number, factor: string) =>
          issued(await issue(now, { by: factor, note: "later", keys: { ...KEYS, number: factor } })).record;
        assert.deepEqual(await by(START + 1, "call"), { digest: RIGHT, by: ["sms", "call"], note: "first" });
        assert.deepEqual(await by(START + 2, "whats-app"), {
          digest: RIGHT,
          by: ["sms", "call", "whats-app"],
          note: "first",
        });
        assert.deepEqual((await by(START + MINUTE, "call")).by, ["sms", "whats-app", "call"]);
      },
    ),
    promise("a code is typed where it has been carried to, and nowhere else", async ({ issue, verify }) => {
      await issue(START);
      assert.equal((await verify(START, RIGHT, {}, { by: "call" })).outcome, "expired");
      assert.equal((await verify(START, RIGHT, {}, { by: "sm" })).outcome, "expired");
      assert.equal((await verify(START, RIGHT)).outcome, "passed");
    }),
    promise(
      "a note is replaced while its code is pending, and of no other code",
      async ({ issue, store, read, verify }) => {
        const { challenge } = KEYS;
        const amend = (digest: string, note: string) => store.amend({ challenge, now: START, digest, note });
        assert.equal(await amend(RIGHT, "early"), false);
        await issue(START, { note: "" });
        assert.equal(await amend(NEXT, "other"), false);
        const odd = '{"a b":" c","é":"\\n"}';
        assert.equal(await amend(RIGHT, odd), true);
        assert.equal((await read(START)).record?.note, odd);
        assert.equal(await amend(RIGHT, ""), true);
        assert.deepEqual((await read(START)).record, {
          digest: RIGHT,
          by: ["sms"],
          note: "",
          about: "about",
        });
        assert.equal((await verify(START, RIGHT)).outcome, "passed");
        assert.equal(await amend(RIGHT, "late"), false);
        assert.equal((await read(START)).record, undefined);
      },
    ),
    promise(
      "a record outlives its code as long as it is told to, and a new code is made of it",
      async ({ issue, read, verify }) => {
        await issue(START, { keepMs: 15 * MINUTE, note: "kept" });
        const late = START + 5 * MINUTE;
        assert.equal((await read(late)).challenge, undefined);
        assert.equal((await read(late)).record?.note, "kept");
        assert.equal((await verify(late, RIGHT)).outcome, "expired");
        const told = await issue(late, { ...other, other: "tell" });
        assert.equal(told.outcome, "other");
        const answer = issued(await issue(late, { digest: NEXT, note: "again" }));
        assert.equal(answer.repeated, false);
        assert.equal((await verify(late, NEXT)).outcome, "passed");
      },
    ),
    promise(
      "[T60] the right code once more is repeated, and counts for nothing",
      async ({ issue, verify, read }) => {
        await issue(START);
        assert.equal((await verify(START, RIGHT)).outcome, "passed");
        const answers = await Promise.all(
          Array.from({ length: 20 }, () => verify(START + 1, RIGHT, {}, other)),
        );
        assert.deepEqual([...new Set(answers.map(({ outcome }) => outcome))], ["repeated"]);
        assert.equal((await read(START + 1)).challenge, undefined);
        assert.equal((await verify(START + 5 * MINUTE, RIGHT)).outcome, "expired");
        assert.equal(issued(await issue(START + 1, { digest: NEXT })).repeated, false);
      },
    ),
    promise(
      "[T3] [T60] who tries other codes at one that has passed gets no more tries than at a pending one",
      async ({ issue, verify }) => {
        await issue(START);
        await verify(START, WRONG);
        assert.equal((await verify(START, RIGHT)).outcome, "passed");
        const wrong = await Promise.all(Array.from({ length: 4 }, () => verify(START + 1, WRONG, {}, ABOUT)));
        assert.deepEqual([...new Set(wrong.map(({ outcome }) => outcome))], ["expired"]);
        assert.equal((await verify(START + 2, RIGHT)).outcome, "expired");
      },
    ),
  ];
}
