import { expect } from "chai";
import { Redis } from "ioredis";
import { isFactorError } from "../../lib/errors.ts";
import { createIpLimiter } from "../../lib/limiters/ip-limiter.ts";
import { redisStore } from "../../lib/stores/redis.ts";
import type { Store } from "../../lib/stores/store.ts";
import { freePort, startRedis, until, type RedisServer } from "../support/redis-server.ts";
import { asker, DEFAULTS } from "../support/store-scene.ts";

interface Options {
  retryStrategy?: () => number;
  lazyConnect?: boolean;
}

/** Backs off for ever: only a poke brings it back. */
const PATIENT: Options = { retryStrategy: () => 60_000 };

describe("[T35] a store whose Redis is away", () => {
  const clients: Redis[] = [];
  const servers: RedisServer[] = [];
  const connect = (port: number, options: Options = {}) => {
    const client = new Redis(port, "127.0.0.1", options);
    client.on("error", () => {});
    clients.push(client);
    return client;
  };
  const start = async () => {
    const server = await startRedis();
    servers.push(server);
    return server;
  };
  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect();
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  it("refuses every verb within a second when Redis was never there, at any load, without a warning", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on("warning", note);
    const client = connect(await freePort());
    const store = redisStore(client);
    await refusesAll(store);
    await Promise.all(Array.from({ length: 200 }, () => refused(() => asker({ store, salt: "" }).right())));
    process.off("warning", note);
    expect(warnings).to.deep.equal([]);
    // What is taken back is kept for a minute, by one listener for all of it.
    expect(client.listenerCount("ready")).to.equal(1);
  });

  it("works within a second of Redis coming back, whatever the client's backoff", async () => {
    const server = await start();
    const client = connect(server.port, PATIENT);
    const store = redisStore(client);
    await store.ping();
    await server.kill();
    await refusesAll(store);
    await server.start();
    await worksWithinASecond(store);
    expect((await asker({ store, salt: "" }).issued()).repeated).to.equal(false);
    expect(client.listenerCount("ready")).to.equal(0);
  });

  for (const [how, options] of Object.entries({
    "backs off for a minute": PATIENT,
    "connects when it is asked": { ...PATIENT, lazyConnect: true },
    "pipelines by itself": { ...PATIENT, enableAutoPipelining: true },
  }))
    it(`answers every verb when Redis comes up after the app, to a client that ${how}`, async () => {
      const port = await freePort();
      const store = redisStore(connect(port, options));
      const refusals = await Promise.all(everyVerb(store).map(([name, act]) => outcome(name, act)));
      expect(refusals).to.deep.equal(everyVerb(store).map(([name]) => `${name}: store_unavailable`));
      servers.push(await startRedis([], port));
      await worksWithinASecond(store);
      const answers: string[] = [];
      for (const [name, act] of everyVerb(store)) answers.push(await outcome(name, act));
      expect(answers).to.deep.equal(everyVerb(store).map(([name]) => `${name}: answered`));
    });

  it("queues nothing while Redis is away: a guess that was refused is not made later", async () => {
    const server = await start();
    const client = connect(server.port, PATIENT);
    const store = redisStore(client);
    await store.ping();
    await server.kill();
    await until(() => client.status !== "ready");
    const me = asker({ store, salt: "" });
    await refused(() => me.issue());
    await server.start();
    await worksWithinASecond(store);
    expect(await client.dbsize()).to.equal(0);
  });

  it("never connects a client that the app has closed, at once or later", async () => {
    const port = await freePort();
    const client = connect(port, { retryStrategy: () => 700 });
    const store = redisStore(client);
    for (let i = 0; i < 2; i++) await refused(() => store.ping());
    client.disconnect();
    let connecting = 0;
    client.on("connecting", () => (connecting += 1));
    await refused(() => store.ping());
    await refused(() => store.ping());
    expect(connecting).to.equal(0);
  });

  it("answers within a second while Redis is paused, and works again after", async () => {
    const server = await start();
    const store = redisStore(connect(server.port));
    await store.ping();
    const other = connect(server.port);
    await other.client("PAUSE", 1_500);
    await refusesAll(store);
    await other.ping();
    await worksWithinASecond(store);
  });

  it("does not crash for a client that has no error listener", async () => {
    const client = new Redis(await freePort(), "127.0.0.1", PATIENT);
    clients.push(client);
    const said: unknown[] = [];
    const { error } = console;
    console.error = (...words: unknown[]) => void said.push(words);
    try {
      await refused(() => redisStore(client).ping());
    } finally {
      console.error = error;
    }
    expect(client.listenerCount("error")).to.equal(0);
  });

  it("[T31] an address over its limit uses nothing up while its client is on the way, where the limiter counts in memory", async () => {
    const server = await start();
    const [here, cut] = [redisStore(connect(server.port)), connect(server.port, { lazyConnect: true })];
    const policy = { name: "verify", points: 2, durationSeconds: 60 };
    const onTheWay = createIpLimiter(redisStore(cut), policy, (who) => who);
    const me = asker({ store: here, salt: "" });
    await me.issued();
    await createIpLimiter(here, policy, (who) => who).consume("203.0.113.7");
    expect(cut.status).to.equal("wait");
    const guess = {
      keys: me.keys,
      now: me.now(),
      digests: [],
      judged: "elsewhere",
      about: DEFAULTS.about,
      by: DEFAULTS.by,
      guesses: DEFAULTS.guesses,
    } as const;
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        redisStore(cut).verify({ ...guess, attempt: `a${i}`, admission: onTheWay.admit("203.0.113.7") }),
      ),
    );
    expect(answers.filter(({ status }) => status === "fulfilled")).to.have.length(2);
    expect(await me.wrong()).to.include({ outcome: "mismatch", attemptsRemaining: 2 });
    expect((await me.right()).outcome).to.equal("passed");
  });

  it("[T35] its limiter goes on in memory", async () => {
    const limiter = redisStore(connect(await freePort())).limiter({
      name: "send",
      points: 2,
      durationSeconds: 60,
    });
    await limiter.consume("somebody");
    await limiter.consume("somebody");
    const rejection = await limiter.consume("somebody").catch((answer: { msBeforeNext: number }) => answer);
    expect(rejection.msBeforeNext).to.be.within(1, 60_000);
  });
});

async function refused(act: () => Promise<unknown>): Promise<void> {
  const began = performance.now();
  const error = await act().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(performance.now() - began).to.be.lessThan(1000);
  if (!isFactorError(error)) throw new Error(`store_unavailable was expected, got ${String(error)}`);
  expect(error.code).to.equal("store_unavailable");
  expect(error.details.retryAfter).to.equal(1);
  expect(error.cause).to.be.instanceOf(Error);
}

const CREDENTIAL = { tenant: "t", account: "ann", kind: "totp", id: "1", value: "value" };
const RECORD = { sealed: "sealed", fingerprint: "fingerprint" };
const FLOW = { generation: 1, state: "offer", value: "value" };
const DEVICES = { most: 3, ttlMs: 60_000 };

/** In an order in which each finds what it needs. */
function everyVerb(store: Store): [string, () => Promise<unknown>][] {
  const me = asker({ store, salt: "" });
  const { credentials, notes, flows, records, trusted } = store;
  const now = me.now();
  const guesses = DEFAULTS.guesses;
  return [
    ["ping", () => store.ping()],
    ["issue", () => me.issue()],
    ["read", () => me.read()],
    ["verify wrong", () => me.wrong()],
    ["takeBack", () => store.takeBack({ keys: me.keys, now })],
    ["verify right", () => me.right()],
    ["revoke", () => me.revoke(true)],
    ["reset", () => store.reset(me.keys.failures)],
    ["unlock", () => store.unlock(me.keys.guesses)],
    ["guesses.count", () => store.guesses.count({ keys: me.keys, now, guesses })],
    ["guesses.clear", () => store.guesses.clear(me.keys, now)],
    ["credentials.add", () => credentials.add(CREDENTIAL, 1)],
    ["credentials.list", () => credentials.list("t", "ann", "totp")],
    ["credentials.find", () => credentials.find("t", "totp", "1")],
    ["credentials.replace", () => credentials.replace(CREDENTIAL, "other")],
    ["credentials.scan", () => credentials.scan("t", "")],
    ["credentials.remove", () => credentials.remove(CREDENTIAL)],
    ["credentials.removeAll", () => credentials.removeAll("t", "ann")],
    ["notes.put", () => notes.put("note", "text", now, 60_000)],
    ["notes.read", () => notes.read("note", now)],
    ["notes.take", () => notes.take("note", now)],
    ["notes.advance", () => notes.advance("status", { rank: 1, value: "sent" }, now, 60_000)],
    ["flows.put", () => flows.put("flow", FLOW, now, 60_000)],
    ["flows.read", () => flows.read("flow", now)],
    ["flows.move", () => flows.move("flow", { from: FLOW, to: { ...FLOW, generation: 2 } }, now, 60_000)],
    ["flows.remove", () => flows.remove("flow")],
    ["records.write", () => records.write({ id: "id", record: RECORD, taken: ["other"], before: undefined })],
    ["records.read", () => records.read("id")],
    ["records.find", () => records.find(["fingerprint"])],
    ["records.scan", () => records.scan("")],
    ["records.remove", () => records.remove("id", RECORD)],
    ["trusted.add", () => trusted.add("account", "1", "value", now, DEVICES)],
    ["trusted.list", () => trusted.list("account", now)],
    ["trusted.replace", () => trusted.replace("account", "1", { before: "value", after: "other" }, now)],
    ["trusted.remove", () => trusted.remove("account", "1")],
    ["trusted.removeAll", () => trusted.removeAll("account")],
  ];
}

async function outcome(name: string, act: () => Promise<unknown>): Promise<string> {
  const answer = await act().then(
    () => "answered",
    (error: unknown) => (isFactorError(error) ? error.code : "another error"),
  );
  return `${name}: ${answer}`;
}

async function refusesAll(store: Store): Promise<void> {
  await Promise.all(everyVerb(store).map(([, verb]) => refused(verb)));
}

async function worksWithinASecond(store: Store): Promise<void> {
  const began = performance.now();
  await until(
    () =>
      store.ping().then(
        () => true,
        () => false,
      ),
    2000,
  );
  expect(performance.now() - began).to.be.lessThan(1000);
}
