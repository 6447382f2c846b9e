import { expect } from "chai";
import { FactorError, isFactorError } from "../../lib/errors.ts";
import { checkedStore } from "../../lib/stores/checked-store.ts";
import { memoryStore } from "../../lib/stores/memory.ts";
import type { Store } from "../../lib/stores/store.ts";
import { storeContract } from "../../lib/testing/store-contract.ts";

type Verb = (store: Store) => Promise<unknown>;

const LIMITS = { most: 3, ttlMs: 1000 };
const any = {} as never;

/** Every verb whose answer decides something, and answers of the right kind that are not the right ones. */
const VERBS: Record<string, [verb: Verb, answers: unknown[]]> = {
  issue: [
    (store) => store.issue(any),
    [
      { outcome: "issued" },
      { outcome: "limited" },
      { outcome: "paused", retryAfterMs: 1 },
      { outcome: "passed" },
    ],
  ],
  verify: [
    (store) => store.verify(any),
    [
      { outcome: "passed" },
      { outcome: "passed", resumed: "no" },
      { outcome: "mismatch", attemptsRemaining: Number.NaN, nowDisabled: false, nowLocked: false },
      { outcome: "limited", retryAfterMs: "1" },
      { outcome: "missing" },
    ],
  ],
  read: [
    (store) => store.read(any),
    [{ resendAfterMs: "0" }, { resendAfterMs: 0, challenge: true }, { resendAfterMs: 0, challenge: {} }],
  ],
  "notes.read": [(store) => store.notes.read("k", 0), [null, 7]],
  "notes.take": [(store) => store.notes.take("k", 0), [null, 7]],
  "notes.advance": [(store) => store.notes.advance("k", { rank: 1, value: "x" }, 0, 1), [1, "OK", null]],
  "flows.read": [
    (store) => store.flows.read("k", 0),
    [null, { generation: 1, state: "s" }, { generation: "1", state: "s", value: "v" }],
  ],
  "flows.move": [(store) => store.flows.move("k", any, 0, 1), [1, "OK", null, undefined]],
  "records.write": [(store) => store.records.write(any), [1, "OK", null, undefined]],
  "records.read": [
    (store) => store.records.read("i"),
    [null, { sealed: "s" }, { sealed: 1, fingerprint: "f" }],
  ],
  "records.find": [(store) => store.records.find([]), [null, 7]],
  "records.remove": [(store) => store.records.remove("i", any), [1, "OK", null, undefined]],
  "records.scan": [
    (store) => store.records.scan(""),
    [{ ids: ["a"] }, { ids: [7], cursor: "" }, { cursor: "" }],
  ],
  "trusted.list": [(store) => store.trusted.list("a", 0), [{}, [{}], [{ id: 1, value: "x" }], [null]]],
  "trusted.replace": [
    (store) => store.trusted.replace("a", "1", { before: "b", after: "c" }, 0),
    [1, "OK", null, undefined],
  ],
};

/** Of the answers to all, those that these may give. */
const LEGAL: Readonly<Record<string, string>> = {
  "notes.read": "string",
  "notes.take": "string",
  "notes.advance": "boolean",
  "flows.move": "boolean",
  "records.write": "boolean",
  "records.find": "string",
  "records.remove": "boolean",
  "trusted.replace": "boolean",
};

/** A store of which one verb does something else. */
function withVerb(name: string, verb: () => unknown): Store {
  const store = memoryStore();
  const [part, inner] = name.split(".") as [keyof Store, string | undefined];
  const target = inner === undefined ? store : (store[part] as object);
  Object.assign(target, { [inner ?? part]: verb });
  return store;
}

const failing = (run: Promise<unknown>) =>
  run.then(
    (answer) => Promise.reject(new Error(`answered ${JSON.stringify(answer)}`)),
    (error: Error) => error,
  );

describe("[T51] a store's answers", () => {
  for (const [name, [ask, answers]] of Object.entries(VERBS)) {
    it(`are refused where the contract does not know them, by the verb's name: ${name}`, async () => {
      for (const answer of [{ outcome: "weird" }, {}, "passed", true, ...answers]) {
        if (typeof answer === LEGAL[name]) continue;
        const store = checkedStore(
          withVerb(name, async () => answer),
          1000,
        );
        const error = await failing(ask(store));
        expect(error, JSON.stringify(answer)).to.be.instanceOf(TypeError);
        expect(error.message).to.match(new RegExp(`^store\\.${name}`));
      }
    });

    it(`that never come are store_unavailable: ${name}`, async () => {
      const store = checkedStore(
        withVerb(name, () => new Promise(() => undefined)),
        10,
      );
      const error = await failing(ask(store));
      expect(isFactorError(error) && error.code).to.equal("store_unavailable");
      expect(String((error as FactorError).details.cause)).to.equal(
        `Error: store.${name}: no answer within 10 ms`,
      );
    });

    it(`and its errors are handed on, as Errors: ${name}`, async () => {
      const own = new FactorError("store_unavailable");
      expect(
        await failing(
          ask(
            checkedStore(
              withVerb(name, () => Promise.reject(own)),
              1000,
            ),
          ),
        ),
      ).to.equal(own);
      for (const odd of [undefined, "route", 0])
        expect(
          await failing(
            ask(
              checkedStore(
                withVerb(name, () => Promise.reject(odd as never)),
                1000,
              ),
            ),
          ),
        ).to.be.instanceOf(Error);
    });
  }

  it("hold nothing beside what the contract has: what was looked at is what is used", async () => {
    let reads = 0;
    const twoFaced = {
      get outcome() {
        return reads++ === 0 ? "expired" : "passed";
      },
      resumed: false,
    };
    const store = checkedStore(
      withVerb("verify", async () => twoFaced),
      1000,
    );
    expect(await store.verify(any)).to.deep.equal({ outcome: "expired" });
  });

  it("may have verbs that write and answer anything", async () => {
    const store = checkedStore(
      withVerb("trusted.add", async () => "OK"),
      1000,
    );
    await store.trusted.add("a", "1", "x", 0, LIMITS);
  });

  const make = async () => ({ store: checkedStore(memoryStore(), 1000), close: async () => {} });
  for (const { name, run } of storeContract(make)) it(`go through as they are: ${name}`, run);
});
