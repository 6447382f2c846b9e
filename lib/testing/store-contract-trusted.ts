import assert from "node:assert/strict";
import type { ContractCase } from "./accounts-contract.ts";
import { START, type Promising } from "./store-driver.ts";

const LIMITS = { most: 3, ttlMs: 60_000 };

/** Devices that stand in for a second factor. */
export function trustedCases(promise: Promising): ContractCase[] {
  return [
    promise("devices are listed for their account until they are removed", async ({ store: { trusted } }) => {
      await trusted.add("a", "1", "one", START, LIMITS);
      await trusted.add("a", "2", "two", START, LIMITS);
      await trusted.add("b", "1", "other", START, LIMITS);
      const ids = async (account: string) => (await trusted.list(account, START)).map(({ id }) => id).sort();
      assert.deepEqual(await ids("a"), ["1", "2"]);
      await trusted.remove("a", "1");
      assert.deepEqual(await ids("a"), ["2"]);
      await trusted.removeAll("a");
      assert.deepEqual(await ids("a"), []);
      assert.deepEqual(await ids("b"), ["1"]);
    }),
    promise("the oldest go when there are too many", async ({ store: { trusted } }) => {
      for (const id of ["4", "1", "3", "2", "5"]) await trusted.add("a", id, id, START, LIMITS);
      const ids = (await trusted.list("a", START)).map(({ id }) => id).sort();
      assert.deepEqual(ids, ["3", "4", "5"]);
    }),
    promise("[T30] a value is replaced once, and only as it was", async ({ store: { trusted } }) => {
      await trusted.add("a", "1", "before", START, LIMITS);
      const swaps = Array.from({ length: 20 }, (_, n) =>
        trusted.replace("a", "1", { before: "before", after: `after ${n}` }, START),
      );
      assert.equal((await Promise.all(swaps)).filter(Boolean).length, 1);
      assert.equal(await trusted.replace("a", "2", { before: "", after: "x" }, START), false);
    }),
  ];
}
