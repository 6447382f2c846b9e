import { isDeepStrictEqual } from "node:util";
import { expect } from "chai";
import { createIpLimiter } from "../../lib/limiters/ip-limiter.ts";
import { redisStore } from "../../lib/stores/redis.ts";
import type { Store } from "../../lib/stores/store.ts";
import { until } from "../support/redis-server.ts";
import { responds, unavailable, withdrawalScene } from "../support/withdrawal-scene.ts";

const NOW = 1_800_000_000_000;
const KEYS = { set: "set", guesses: "guesses", bucket: "lane", failures: "failures" };
const LIMITS = { perHour: 10, inARow: 100 };
const FLOW = { generation: 1, state: "offer", value: "value" };
const CREDENTIAL = { tenant: "t", account: "ann", kind: "codes", id: "1", value: "value one" };
const [ONE, OTHER] = [
  { sealed: "one", fingerprint: "f1" },
  { sealed: "other", fingerprint: "f2" },
];
const DEVICES = { most: 2, ttlMs: 60_000 };

interface Step {
  /** What stands before. */
  before(store: Store): Promise<unknown>;
  act(store: Store): Promise<unknown>;
  /** What `act` answers where all is well. */
  answer: unknown;
  /** Bytes that only its command holds. */
  bytes: string;
}

const STEPS: Record<string, Step> = {
  "a first credential": {
    before: async () => {},
    act: (store) => store.credentials.add(CREDENTIAL, 1),
    answer: true,
    bytes: "value one",
  },
  "a credential that is replaced": {
    before: (store) => store.credentials.add(CREDENTIAL, 1),
    act: (store) => store.credentials.replace(CREDENTIAL, "value two"),
    answer: true,
    bytes: "value two",
  },
  "a credential that is removed": {
    before: (store) => store.credentials.add(CREDENTIAL, 1),
    act: (store) => store.credentials.remove(CREDENTIAL),
    answer: true,
    bytes: "codes:1",
  },
  "a guess that somebody else judges": {
    before: (store) => store.guesses.count({ keys: KEYS, now: NOW - 1, guesses: LIMITS }),
    act: (store) => store.guesses.count({ keys: KEYS, now: NOW, guesses: LIMITS }),
    answer: { outcome: "counted", attemptsRemaining: 8, nowDisabled: false, nowLocked: false },
    bytes: String(NOW),
  },
  "a note that is taken": {
    before: (store) => store.notes.put("note", "text", NOW, 60_000),
    act: (store) => store.notes.take("note", NOW),
    answer: "text",
    bytes: "{factors}tnote",
  },
  "a first status": {
    before: async () => {},
    act: (store) => store.notes.advance("status", { rank: 1, value: "sent" }, NOW, 60_000),
    answer: true,
    bytes: "{factors}tstatus",
  },
  "a status that moves up": {
    before: (store) => store.notes.advance("status", { rank: 1, value: "queued" }, NOW, 60_000),
    act: (store) => store.notes.advance("status", { rank: 2, value: "sent" }, NOW, 60_000),
    answer: true,
    bytes: "\r\nsent\r\n",
  },
  "a device that is remembered": {
    before: async (store) => {
      for (const id of ["1", "2"]) await store.trusted.add("account", id, `value ${id}`, NOW, DEVICES);
    },
    act: (store) => store.trusted.add("account", "3", "value 3", NOW, DEVICES),
    answer: undefined,
    bytes: "value 3",
  },
  "a device that is recognized": {
    before: (store) => store.trusted.add("account", "1", "before", NOW, DEVICES),
    act: (store) => store.trusted.replace("account", "1", { before: "before", after: "after" }, NOW),
    answer: true,
    bytes: "\r\nafter\r\n",
  },
  "a flow that moves": {
    before: (store) => store.flows.put("flow", FLOW, NOW, 60_000),
    act: (store) => store.flows.move("flow", { from: FLOW, to: { ...FLOW, generation: 2 } }, NOW, 30_000),
    answer: true,
    bytes: "2 offer value",
  },
  "a flow that moves to another key": {
    before: (store) => store.flows.put("flow", FLOW, NOW, 60_000),
    act: (store) =>
      store.flows.move(
        "flow",
        { from: FLOW, to: { ...FLOW, generation: 2 }, toKey: "elsewhere" },
        NOW,
        30_000,
      ),
    answer: true,
    bytes: "{factors}lelsewhere",
  },
  "a first number of the vault": {
    before: async () => {},
    act: (store) => store.records.write({ id: "id", record: ONE, taken: ["f1"], before: undefined }),
    answer: true,
    bytes: "f1 one",
  },
  "a number of the vault that changes": {
    before: (store) => store.records.write({ id: "id", record: ONE, taken: ["f1"], before: undefined }),
    act: (store) => store.records.write({ id: "id", record: OTHER, taken: ["f2"], before: ONE }),
    answer: true,
    bytes: "f2 other",
  },
};

describe("[T67] what was answered 503", function () {
  this.timeout(30_000);
  const scene = withdrawalScene();
  const { suite, connect, contents } = scene;

  for (const [name, { before: prepare, act, answer, bytes }] of Object.entries(STEPS)) {
    for (const [how, options] of Object.entries({
      "one by one": {},
      "auto-pipelined": { enableAutoPipelining: true },
      "with a commandTimeout": { commandTimeout: 100, enableAutoPipelining: true },
    })) {
      it(`is not carried out when Redis wakes up: ${name}, ${how}`, async () => {
        const store = redisStore(connect(options));
        await store.ping();
        await prepare(store);
        const stood = await contents();
        suite.server.hang();
        await unavailable(act(store));
        suite.server.wake();
        // Queued behind the command and its withdrawal.
        await until(() => responds(store));
        expect(await contents()).to.deep.equal(stood);
        expect(await act(store)).to.deep.equal(answer);
      });
    }

    it(`is answered the same when ioredis sends it twice: ${name}`, async () => {
      const store = redisStore(connect({ retryStrategy: () => 1 }));
      await store.ping();
      await prepare(store);
      const cut = scene.proxy.cutReplyTo(bytes);
      const answered = act(store);
      await cut;
      expect(await answered).to.deep.equal(answer);
      const once = await contents();
      await suite.client.flushall();
      await prepare(store);
      await act(store);
      expect(once).to.deep.equal(await contents());
    });

    for (const [how, options] of Object.entries({
      "that gives up": { maxRetriesPerRequest: 0 },
      "that does not resend": { autoResendUnfulfilledCommands: false },
      "that pipelines, and does not resend": {
        enableAutoPipelining: true,
        autoResendUnfulfilledCommands: false,
        commandTimeout: 100,
      },
    })) {
      it(`is withdrawn once a client ${how} is back: ${name}`, async () => {
        const store = redisStore(connect({ retryStrategy: () => 1, ...options }));
        await store.ping();
        await prepare(store);
        const stood = await contents();
        const cut = scene.proxy.cutReplyTo(bytes);
        const refusal = unavailable(act(store));
        await cut;
        await refusal;
        await until(async () => isDeepStrictEqual(await contents(), stood));
        await until(() => responds(store));
        expect(await act(store)).to.deep.equal(answer);
      });
    }
  }

  it("takes back nothing that somebody else has done since", async () => {
    const store = redisStore(connect({ maxRetriesPerRequest: 0 }));
    const other = redisStore(suite.client);
    await other.credentials.add(CREDENTIAL, 1);
    const cut = scene.proxy.cutReplyTo("value two");
    const refusal = unavailable(store.credentials.replace(CREDENTIAL, "value two"));
    await cut;
    scene.proxy.away();
    await refusal;
    await other.credentials.replace({ ...CREDENTIAL, value: "value two" }, "newest");
    scene.proxy.back();
    await until(() => responds(store));
    const withdrawals = async () => {
      const texts = await Promise.all(
        (await suite.client.keys("{factors}x*")).map((x) => suite.client.get(x)),
      );
      return texts.filter((text) => text === "{}").length;
    };
    await until(async () => (await withdrawals()) === 1);
    expect(await other.credentials.list("t", "ann", "codes")).to.deep.equal([{ id: "1", value: "newest" }]);
  });

  it("of two that replace one credential and are both refused, none stands: the old one is good", async () => {
    const store = redisStore(connect());
    await store.ping();
    await store.credentials.add(CREDENTIAL, 1);
    const stood = await contents();
    for (const gapMs of [0, 100]) {
      suite.server.hang();
      const first = store.credentials.replace(CREDENTIAL, "value two");
      await new Promise((resolve) => setTimeout(resolve, gapMs));
      const second = store.credentials.replace(CREDENTIAL, "value three");
      await Promise.all([unavailable(first), unavailable(second)]);
      suite.server.wake();
      await until(() => responds(store));
      expect(await contents()).to.deep.equal(stood);
    }
  });

  it("leaves no listener and no timer behind", async () => {
    const client = connect();
    const store = redisStore(client);
    await store.ping();
    suite.server.hang();
    await unavailable(store.notes.take("note", NOW));
    expect(client.listenerCount("ready")).to.equal(1);
    suite.server.wake();
    await until(() => client.listenerCount("ready") === 0);
  });

  it("[T68] tries while Redis hangs use up nothing of an address's limit", async () => {
    for (const options of [{}, { enableAutoPipelining: true }]) {
      await suite.client.flushall();
      const store = redisStore(connect(options));
      const policy = { name: "send", points: 3, durationSeconds: 3600 };
      const limiter = createIpLimiter(store, policy, (who) => who);
      await store.ping();
      await limiter.consume("203.0.113.7");
      suite.server.hang();
      await Promise.allSettled([
        ...Array.from({ length: 30 }, () => limiter.consume("203.0.113.7")),
        unavailable(store.ping()),
      ]);
      suite.server.wake();
      await until(() => responds(store));
      const bucket = () => suite.client.get("{factors}isend:send 203.0.113.7");
      await until(async () => (await bucket()) === "1");
      await limiter.consume("203.0.113.7");
      await limiter.consume("203.0.113.7");
      expect(await bucket()).to.equal("3");
    }
  });

  it("refuses a client that would wait for ever for what was cut, and so pipeline nothing more", () => {
    const options = { lazyConnect: true, enableAutoPipelining: true, autoResendUnfulfilledCommands: false };
    expect(() => redisStore(connect(options))).to.throw(TypeError, "autoResendUnfulfilledCommands");
  });
});
