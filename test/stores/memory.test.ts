import { expect } from "chai";
import { once } from "node:events";
import { isFactorError } from "../../lib/errors.ts";
import { memoryStore } from "../../lib/stores/memory.ts";
import type { Store } from "../../lib/stores/store.ts";
import { makeApp } from "../support/app.ts";
import { asker } from "../support/store-scene.ts";
import { withCode } from "../support/visitor.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

async function outcome(act: () => Promise<unknown>): Promise<string> {
  try {
    const { outcome: word } = ((await act()) ?? {}) as { outcome?: string };
    return word ?? "done";
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

describe("[T53] a full map", () => {
  const LIMITS = { most: 3, ttlMs: MINUTE };
  const keysOf = (key: string) => ({ guesses: key, failures: key, bucket: "" });
  const record = (fingerprint: string) => ({ sealed: "s", fingerprint });

  /** How each map is written to, under a key. */
  const WRITES: Record<string, (store: Store, key: string) => Promise<unknown>> = {
    "a note": ({ notes }, key) => notes.put(key, "text", 0, MINUTE),
    "a flow": ({ flows }, key) => flows.put(key, { generation: 1, state: "s", value: "v" }, 0, MINUTE),
    "a status": ({ notes }, key) => notes.advance(key, { rank: 1, value: "sent" }, 0, MINUTE),
    "a device": ({ trusted }, key) => trusted.add(key, "1", "one", 0, LIMITS),
    "a credential": ({ credentials }, key) =>
      credentials.add({ tenant: "t", account: key, kind: "totp", id: key, value: "v" }, 1),
    "a record": ({ records }, key) =>
      records.write({ id: key, record: record(key), taken: [key], before: undefined }),
  };

  for (const [what, write] of Object.entries(WRITES)) {
    it(`refuses what is new, and says so: ${what}`, async () => {
      const store = memoryStore({ maxKeys: 10 });
      for (let i = 0; i < 10; i++) expect(await outcome(() => write(store, `k${i}`))).not.to.include("store");
      for (let i = 10; i < 13; i++)
        expect(await outcome(() => write(store, `k${i}`))).to.equal("store_unavailable");
      expect(await outcome(() => write(memoryStore({ maxKeys: 10 }), "k10"))).not.to.include("store");
    });
  }

  it("refuses a credential over its keys, and a code where wrong guesses or failures have no room left", async () => {
    const { credentials } = memoryStore({ maxKeys: 10 });
    const add = (id: number) =>
      credentials.add({ tenant: "t", account: `a${id}`, kind: "totp", id: `${id}`, value: "v" }, 1);
    for (let i = 0; i < 10; i++) expect(await add(i)).to.equal(true);
    expect(await outcome(() => add(10))).to.equal("store_unavailable");
    for (const same of [{ guesses: "one" }, { failures: "one" }]) {
      const store = memoryStore({ maxKeys: 10 });
      for (let i = 0; i < 10; i++) {
        const request = { now: 0, guesses: { perHour: 999, inARow: 999 } };
        const keys = { ...keysOf(`k${i}`), ...same };
        await store.guesses.count({ ...request, keys });
      }
      expect(await outcome(() => asker({ store, salt: "" }).issue({ now: 0 }))).to.equal("store_unavailable");
    }
  });

  it("changes what is there, keeps nothing of what it refused, and has room again for what it forgot", async () => {
    const { notes, trusted } = memoryStore({ maxKeys: 10 });
    for (let i = 0; i < 10; i++) await notes.put(`k${i}`, "1 sent", 0, MINUTE);
    for (let i = 0; i < 10; i++) await trusted.add(`k${i}`, "1", "one", 0, LIMITS);
    await notes.put("k0", "2 sent", 0, MINUTE);
    expect(await notes.advance("k0", { rank: 1, value: "queued" }, 0, MINUTE)).to.equal(false);
    expect(await notes.advance("k0", { rank: 3, value: "read" }, 0, MINUTE)).to.equal(true);
    expect(await notes.read("k0", 0)).to.equal("3 read");
    await trusted.add("k0", "2", "two", 0, LIMITS);
    expect(await trusted.list("k0", 0)).to.have.lengthOf(2);
    await outcome(() => notes.put("k10", "text", 0, MINUTE));
    expect(await notes.read("k10", 0)).to.equal(undefined);
    await outcome(() => trusted.add("k10", "1", "one", 0, LIMITS));
    expect(await trusted.list("k10", 0)).to.deep.equal([]);
    await notes.take("k0", 0);
    await notes.put("k10", "text", 0, MINUTE);
    await trusted.removeAll("k0");
    await trusted.add("k10", "1", "one", 0, LIMITS);
    await notes.put("k11", "text", MINUTE, MINUTE);
  });

  it("binds no phone, where nothing could tell a second binding that one is under way", async () => {
    const store = memoryStore({ maxKeys: 10 });
    const app = makeApp({ store });
    const { me, code } = await withCode(app, "nora");
    for (let i = 0; i < 10; i++) await store.notes.put(`k${i}`, "text", app.clock(), MINUTE);
    const { body } = await me.verify(code).expect(503);
    expect(body.code).to.equal("store_unavailable");
    expect(app.users.get("nora")?.phone).to.equal(undefined);
    for (let i = 0; i < 10; i++) await store.notes.take(`k${i}`, app.clock());
    await me.verify(code).expect(200);
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
