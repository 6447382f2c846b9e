import assert from "node:assert/strict";
import type { ContractCase } from "./accounts-contract.ts";
import { START, type Promising } from "./store-driver.ts";

const MINUTE = 60_000;

/** Short-lived values, and statuses that only move up. */
export function noteCases(promise: Promising): ContractCase[] {
  return [
    promise("a note is read until somebody takes it, and one gets it", async ({ store: { notes } }) => {
      await notes.put("note", "text", START, MINUTE);
      assert.equal(await notes.read("note", START), "text");
      const taken = await Promise.all(Array.from({ length: 20 }, () => notes.take("note", START)));
      assert.deepEqual(
        taken.filter((each) => each !== undefined),
        ["text"],
      );
      assert.equal(await notes.read("note", START), undefined);
    }),
    promise("a note is dropped as the one that it was, and no other", async ({ store: { notes } }) => {
      await notes.put("dropped", "mine", START, MINUTE);
      await notes.drop("dropped", "another's", START);
      assert.equal(await notes.read("dropped", START), "mine");
      await notes.drop("dropped", "mine", START);
      await notes.drop("dropped", "mine", START);
      assert.equal(await notes.read("dropped", START), undefined);
    }),
    promise("a status moves up, never back, and not by the same rank twice", async ({ store: { notes } }) => {
      const advance = (rank: number, value: string) =>
        notes.advance("status", { rank, value }, START, MINUTE);
      assert.equal(await advance(2, "sent"), true);
      assert.equal(await advance(1, "queued"), false);
      assert.equal(await advance(2, "other"), false);
      assert.equal(await advance(10, "delivered"), true);
      assert.equal(await advance(9, "sent"), false);
      assert.equal(await notes.read("status", START), "10 delivered");
    }),
    promise("of the same step in parallel one is news", async ({ store: { notes } }) => {
      const steps = Array.from({ length: 20 }, () =>
        notes.advance("parallel", { rank: 1, value: "x" }, START, MINUTE),
      );
      assert.equal((await Promise.all(steps)).filter(Boolean).length, 1);
    }),
  ];
}
