import assert from "node:assert/strict";
import type { Store } from "../stores/store.ts";
import type { ContractCase } from "./accounts-contract.ts";
import type { Promising } from "./store-driver.ts";

/** Sealed values under opaque ids, each found by a fingerprint that no other has. */
export function recordCases(promise: Promising): ContractCase[] {
  const drive = ({ records }: Store) => ({
    records,
    add: (id: string, fingerprint: string, taken: string[] = []) =>
      records.write({ id, record: { sealed: `sealed-${id}`, fingerprint }, taken, before: undefined }),
  });

  return [
    promise(
      "a record is read by its id, found by its fingerprint, and gone when removed",
      async ({ store }) => {
        const { records, add } = drive(store);
        assert.equal(await records.read("a"), undefined);
        assert.equal(await add("a", "one"), true);
        const record = await records.read("a");
        assert.deepEqual(record, { sealed: "sealed-a", fingerprint: "one" });
        assert.equal(await records.find(["none", "one"]), "a");
        assert.equal(await records.find(["none"]), undefined);
        assert.equal(await records.remove("a", record), true);
        assert.equal(await records.read("a"), undefined);
        assert.equal(await records.find(["one"]), undefined);
        assert.equal(await records.remove("a", record), false);
      },
    ),
    promise("[T41] of 20 that write one fingerprint at once, one does", async ({ store }) => {
      const { add } = drive(store);
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => add(`id${n}`, "same")));
      assert.equal(answers.filter(Boolean).length, 1);
    }),
    promise("a fingerprint of an older secret is taken too", async ({ store }) => {
      const { records, add } = drive(store);
      await add("a", "old");
      assert.equal(await add("b", "new", ["new", "old"]), false);
      assert.equal(await records.read("b"), undefined);
      assert.equal(await add("b", "new", ["new", "other"]), true);
    }),
    promise(
      "a record is replaced only as it was read; what it was found by before is free",
      async ({ store }) => {
        const { records, add } = drive(store);
        await add("a", "one");
        const before = await records.read("a");
        const next = { sealed: "next", fingerprint: "two" };
        const replace = () => records.write({ id: "a", record: next, taken: ["two"], before });
        assert.equal(await replace(), true);
        assert.equal(await replace(), false);
        assert.equal(await records.find(["one"]), undefined);
        assert.equal(await records.find(["two"]), "a");
        assert.equal(await add("b", "one"), true);
        const again = { sealed: "resealed", fingerprint: "two" };
        assert.equal(await records.write({ id: "a", record: again, taken: ["two"], before: next }), true);
        assert.equal(await records.find(["two"]), "a");
      },
    ),
    promise("all ids are seen by going through them", async ({ store }) => {
      const { records, add } = drive(store);
      const ids = Array.from({ length: 250 }, (_, n) => `id${n}`);
      await Promise.all(ids.map((id) => add(id, `f-${id}`)));
      const seen = new Set<string>();
      let cursor = "";
      do {
        const page = await records.scan(cursor);
        for (const id of page.ids) seen.add(id);
        ({ cursor } = page);
      } while (cursor !== "");
      assert.deepEqual([...seen].sort(), ids.sort());
    }),
  ];
}
