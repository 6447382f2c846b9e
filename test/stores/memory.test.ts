import { expect } from "chai";
import { once } from "node:events";
import { isFactorError } from "../../lib/errors.ts";
import { memoryStore } from "../../lib/stores/memory.ts";
import type { Store } from "../../lib/stores/store.ts";
import { asker } from "../support/store-scene.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

async function outcome(act: () => Promise<{ outcome: string }>): Promise<string> {
  try {
    return (await act()).outcome;
  } catch (error) {
    return isFactorError(error) ? error.code : String(error);
  }
}

describe("a memory store of 10 keys", () => {
  const fill = async (store: Store) => {
    const askers = Array.from({ length: 10 }, () => asker({ store, salt: "" }));
    for (const each of askers) await each.issued();
    return askers;
  };

  it("refuses an eleventh number rather than forget a live limit, and says for how long", async () => {
    const store = memoryStore({ maxKeys: 10 });
    const askers = await fill(store);
    const next = asker({ store, salt: "" });
    expect(await outcome(() => next.issue())).to.equal("store_unavailable");
    expect(await outcome(() => next.issue())).to.equal("store_unavailable");
    for (const each of askers) expect(await outcome(() => each.issue())).to.equal("limited");
    for (const each of askers) expect(await outcome(() => each.right())).to.equal("passed");
  });

  it("still counts wrong guesses when it is full", async () => {
    const [me] = await fill(memoryStore({ maxKeys: 10 }));
    expect(await me?.wrong()).to.deep.equal({
      outcome: "mismatch",
      attemptsRemaining: 4,
      nowDisabled: false,
      nowLocked: false,
    });
    expect(await me?.wrong()).to.deep.equal({
      outcome: "mismatch",
      attemptsRemaining: 3,
      nowDisabled: false,
      nowLocked: false,
    });
  });

  it("has room again from the millisecond at which its entries expire", async () => {
    const store = memoryStore({ maxKeys: 10 });
    await fill(store);
    const next = asker({ store, salt: "" });
    next.advance(DAY - 10 * MINUTE);
    expect(await outcome(() => next.issue())).to.equal("store_unavailable");
    next.advance(11 * MINUTE);
    expect(await outcome(() => next.issue())).to.equal("issued");
  });

  it("does not grow with the codes of months", async () => {
    const store = memoryStore({ maxKeys: 10 });
    const me = asker({ store, salt: "" });
    for (let day = 0; day < 100; day++) {
      me.advance(DAY + 1);
      const next = asker({ store, salt: "" });
      for (let i = 0; i < 5; i++)
        expect(await outcome(() => asker({ store, salt: "" }).issue({ now: me.now() }))).to.equal("issued");
      expect(await outcome(() => next.issue({ now: me.now() }))).to.equal("issued");
    }
  });
});

describe("memoryStore", () => {
  it("throws for an option that is out of range or unknown, by name", () => {
    expect(() => memoryStore({ maxKeys: 0 })).to.throw(TypeError, "maxKeys");
    expect(() => memoryStore({ maxKey: 10 } as object)).to.throw(TypeError, "maxKey");
  });

  it("warns once under NODE_ENV=production, and not otherwise", async () => {
    const before = process.env["NODE_ENV"];
    const codes: unknown[] = [];
    const note = (warning: Error & { code?: string }) => void codes.push(warning.code);
    process.on("warning", note);
    try {
      delete process.env["NODE_ENV"];
      await asker({ store: memoryStore(), salt: "" }).issued();
      process.env["NODE_ENV"] = "production";
      const warned = once(process, "warning");
      const store = memoryStore();
      for (let i = 0; i < 3; i++) await asker({ store, salt: "" }).issued();
      await warned;
      expect(codes).to.deep.equal(["PASSPORT_FACTORS_MEMORY_STORE"]);
    } finally {
      process.off("warning", note);
      if (before === undefined) delete process.env["NODE_ENV"];
      else process.env["NODE_ENV"] = before;
    }
  });
});
