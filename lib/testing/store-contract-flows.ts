import assert from "node:assert/strict";
import type { ContractCase } from "./accounts-contract.ts";
import { START, type Promising } from "./store-driver.ts";

const MINUTE = 60_000;
const FIRST = { generation: 1, state: "offer:totp", value: "one" };
const SECOND = { generation: 2, state: "entry:totp", value: "two" };

/** Records of flows, which are moved from one generation to the next. */
export function flowCases(promise: Promising): ContractCase[] {
  return [
    promise("a record of a flow is read as it was put, until its life is over", async ({ store, age }) => {
      const { flows } = store;
      await flows.put("flow", FIRST, START, MINUTE);
      assert.deepEqual(await flows.read("flow", START), FIRST);
      await age(MINUTE);
      assert.equal(await flows.read("flow", START + MINUTE), undefined);
      assert.equal(await flows.read("other", START), undefined);
    }),
    promise("of 200 moves from one generation, one is made", async ({ store: { flows } }) => {
      await flows.put("flow", FIRST, START, MINUTE);
      const moves = Array.from({ length: 200 }, (_, i) =>
        flows.move("flow", { from: FIRST, to: { ...SECOND, value: `mine${i}` } }, START, MINUTE),
      );
      const made = (await Promise.all(moves)).flatMap((each, i) => (each ? [i] : []));
      assert.equal(made.length, 1);
      assert.deepEqual(await flows.read("flow", START), { ...SECOND, value: `mine${made[0]}` });
    }),
    promise("a move from another generation or state changes nothing", async ({ store: { flows } }) => {
      await flows.put("flow", FIRST, START, MINUTE);
      const from = (generation: number, state: string) =>
        flows.move("flow", { from: { generation, state }, to: SECOND }, START, MINUTE);
      assert.equal(await from(2, FIRST.state), false);
      assert.equal(await from(11, FIRST.state), false);
      assert.equal(await from(1, "offer"), false);
      assert.equal(await from(1, "offer:totp one"), false);
      assert.equal(await flows.move("other", { from: FIRST, to: SECOND }, START, MINUTE), false);
      assert.deepEqual(await flows.read("flow", START), FIRST);
      assert.equal(await from(1, FIRST.state), true);
    }),
    promise("a record that moves to another key is gone where it stood", async ({ store: { flows } }) => {
      await flows.put("flow", FIRST, START, MINUTE);
      const move = { from: FIRST, to: SECOND, toKey: "elsewhere" };
      const moved = [flows.move("flow", move, START, MINUTE), flows.move("flow", move, START, MINUTE)];
      assert.deepEqual((await Promise.all(moved)).filter(Boolean), [true]);
      assert.equal(await flows.read("flow", START), undefined);
      assert.deepEqual(await flows.read("elsewhere", START), SECOND);
      await flows.remove("elsewhere");
      assert.equal(await flows.read("elsewhere", START), undefined);
    }),
    promise("a move gives a record a life of its own", async ({ store: { flows }, age }) => {
      await flows.put("flow", FIRST, START, MINUTE);
      assert.equal(await flows.move("flow", { from: FIRST, to: SECOND }, START, 10 * MINUTE), true);
      await age(5 * MINUTE);
      assert.deepEqual(await flows.read("flow", START + 5 * MINUTE), SECOND);
      await age(5 * MINUTE);
      assert.equal(await flows.read("flow", START + 10 * MINUTE), undefined);
    }),
  ];
}
