import assert from "node:assert/strict";
import fc from "fast-check";
import { createExpiringMap } from "../../lib/stores/expiring-map.ts";

const KEYS = ["a", "b", "c", "d", "e", "f"];
const MOST = 4;
const step = fc.record({
  verb: fc.constantFrom("set", "set", "set", "change", "delete"),
  key: fc.constantFrom(...KEYS),
  ttlMs: fc.constantFrom(1, 5, 50),
  after: fc.constantFrom(0, 0, 1, 4, 5, 50),
});

describe("a map whose entries expire", () => {
  it("never drops what lives, and never shows what does not, whatever is written", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
        const map = createExpiringMap<number>(MOST);
        const model = new Map<string, { value: number; expiresAt: number }>();
        let now = 1000;
        for (const [i, { verb, key, ttlMs, after }] of steps.entries()) {
          now += after;
          for (const [each, { expiresAt }] of model) if (now >= expiresAt) model.delete(each);
          const state = model.get(key);
          if (verb === "set") {
            map.set(key, i, now, ttlMs);
            model.set(key, { value: i, expiresAt: now + ttlMs });
          } else if (verb === "change") {
            map.change(key, now, (value) => value + 1000);
            if (state !== undefined) state.value += 1000;
          } else {
            map.delete(key);
            model.delete(key);
          }
          for (const each of KEYS) assert.equal(map.get(each, now), model.get(each)?.value, `${i}: ${each}`);
          assert.equal(map.full(now), model.size >= MOST, `${i}: full`);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("lets go of what expired as others are written: a hundred writes sweep away a hundred dead entries", () => {
    const map = createExpiringMap<string>(1_000_000);
    for (let i = 0; i < 100; i++) map.set(`old${i}`, "old", 0, 10);
    const gone: string[] = [];
    const { delete: remove } = Map.prototype;
    Map.prototype.delete = function (key) {
      gone.push(String(key));
      return remove.call(this, key);
    };
    try {
      for (let i = 0; i < 102; i++) map.set(`new${i}`, "new", 10, 10);
    } finally {
      Map.prototype.delete = remove;
    }
    assert.deepEqual(gone.sort(), Array.from({ length: 100 }, (_, i) => `old${i}`).sort());
  });

  it("is full at its most live entries, not one before, and has room again at the millisecond that one expires", () => {
    const map = createExpiringMap<string>(2);
    map.set("a", "a", 0, 10);
    assert.equal(map.full(0), false);
    map.set("b", "b", 0, 20);
    assert.equal(map.full(9), true);
    assert.equal(map.full(10), false);
    map.set("c", "c", 10, 30);
    assert.equal(map.full(19), true);
    assert.equal(map.full(20), false);
  });
});
