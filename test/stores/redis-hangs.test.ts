import { expect } from "chai";
import { Redis } from "ioredis";
import { createIpLimiter } from "../../lib/limiters/ip-limiter.ts";
import { redisStore } from "../../lib/stores/redis.ts";
import { startRedis, until, type RedisServer } from "../support/redis-server.ts";
import { asker } from "../support/store-scene.ts";

describe("a Redis that hangs, or may not be written to", function () {
  this.timeout(30_000);
  const servers: RedisServer[] = [];
  const clients: Redis[] = [];
  const start = async () => {
    const server = await startRedis();
    servers.push(server);
    return server;
  };
  const connect = (port: number, options: object = {}) => {
    const client = new Redis(port, "127.0.0.1", options);
    client.on("error", () => {});
    clients.push(client);
    return client;
  };
  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect();
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });
  const outcome = (work: Promise<unknown>) =>
    work.then(
      () => "answered",
      (error: { cause?: Error }) => error.cause?.message ?? "no cause",
    );

  for (const [how, options] of Object.entries({
    "one by one": {},
    "auto-pipelined": { enableAutoPipelining: true },
  })) {
    it(`[T69] an event loop that stood still makes no 503 of an answer that is there, ${how}`, async () => {
      const server = await start();
      const store = redisStore(connect(server.port, options));
      await store.ping();
      for (const turns of [0, 1, 2, 3]) {
        const me = asker({ store, salt: "" });
        const answers = [me.issue(), me.read(), store.notes.take("note", 0), store.ping()];
        // Stands still before the command is written, and after.
        for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
        block(700);
        expect(await Promise.all(answers.map(outcome)), `after ${turns} turns`).to.deep.equal(
          Array.from({ length: 4 }, () => "answered"),
        );
      }
    });
  }

  it("[T70] after 20 missed deadlines all are refused at once and nothing is sent, until a PING is answered", async () => {
    const server = await start();
    const client = connect(server.port);
    const store = redisStore(client);
    await store.ping();
    const limiter = createIpLimiter(store, { name: "send", points: 5, durationSeconds: 60 }, (who) => who);
    server.hang();
    await Promise.all(Array.from({ length: 20 }, () => outcome(store.ping())));
    const inFlight = () => (client as unknown as { commandQueue: { length: number } }).commandQueue.length;
    const before = inFlight();
    const began = performance.now();
    const answers = Array.from({ length: 500 }, () => outcome(asker({ store, salt: "" }).issue()));
    await Promise.allSettled(Array.from({ length: 500 }, () => limiter.consume("203.0.113.7")));
    expect(new Set(await Promise.all(answers))).to.deep.equal(
      new Set(["Redis does not answer: refused until it does"]),
    );
    expect(performance.now() - began).to.be.lessThan(400);
    expect(inFlight() - before).to.be.at.most(1);
    server.wake();
    await until(async () => (await outcome(store.ping())) === "answered");
    expect((await asker({ store, salt: "" }).issue()).outcome).to.equal("issued");
  });

  it("[T70] a burst is no hang: 3000 at once are all answered", async () => {
    const store = redisStore(connect((await start()).port));
    await store.ping();
    const answers = await Promise.all(Array.from({ length: 3000 }, () => outcome(store.ping())));
    expect(new Set(answers)).to.deep.equal(new Set(["answered"]));
  });

  it("[T70] a slow answer now and then does not add up", async () => {
    const server = await start();
    const store = redisStore(connect(server.port));
    await store.ping();
    for (let round = 0; round < 3; round++) {
      server.hang();
      const missed = await Promise.all(Array.from({ length: 12 }, () => outcome(store.ping())));
      expect(new Set(missed)).to.deep.equal(new Set(["Redis did not answer within 500 ms"]));
      server.wake();
      await until(async () => (await outcome(store.ping())) === "answered");
    }
  });

  it("[T71] a master that became read-only is left: 503, and the next goes to the one that is master now", async () => {
    const [old, next] = [await start(), await start()];
    const admin = { old: connect(old.port), next: connect(next.port) };
    // Stands for whatever leads a client to the master: an address that moves.
    let port = old.port;
    const client = connect(old.port);
    client.on("close", () => (client.options.port = port));
    const store = redisStore(client);
    await store.ping();
    await admin.old.replicaof("127.0.0.1", next.port);
    port = next.port;
    expect(await outcome(asker({ store, salt: "" }).issue())).to.match(/READONLY/);
    await until(async () => (await outcome(asker({ store, salt: "" }).issue())) === "answered");
    expect(await admin.next.dbsize()).to.be.greaterThan(0);
  });

  it("[T71] a master that comes back is found again, and asked for at most once a second meanwhile", async () => {
    const [master, other] = [await start(), await start()];
    const admin = connect(master.port);
    const client = connect(master.port);
    const store = redisStore(client);
    await store.ping();
    let connected = 0;
    client.on("connecting", () => (connected += 1));
    await admin.replicaof("127.0.0.1", other.port);
    const began = performance.now();
    for (let i = 0; i < 30; i++)
      expect(await outcome(asker({ store, salt: "" }).issue())).to.match(/READONLY/);
    expect(connected).to.be.at.most(1 + (performance.now() - began) / 1000);
    expect(connected).to.be.greaterThan(0);
    await admin.replicaof("NO", "ONE");
    expect(await outcome(asker({ store, salt: "" }).issue())).to.equal("answered");
  });

  it("[T71] what must be done is done once a master that was read-only is one again: a lock does not outlive its work", async () => {
    const master = await start();
    const admin = connect(master.port);
    const { notes } = redisStore(connect(master.port));
    await notes.put("lock", "mine", Date.now(), 60_000);
    // Of nobody that is there: it keeps what it has.
    await admin.replicaof("127.0.0.1", 1);
    expect(await outcome(notes.drop("lock", "mine", Date.now()))).to.match(/READONLY/);
    await admin.replicaof("NO", "ONE");
    await until(async () => (await notes.read("lock", Date.now()).catch(() => "")) === undefined);
  });
});

/** Keeps the event loop from turning. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
