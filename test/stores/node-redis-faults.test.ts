import { expect } from "chai";
import { Redis } from "ioredis";
import { redisStore } from "../../lib/stores/redis.ts";
import { everyVerb, outcome, refused, refusesAll, worksWithinASecond } from "../support/every-verb.ts";
import { NODE_REDIS, type NodeRedisClient } from "../support/node-redis.ts";
import { startRedisProxy, type RedisProxy } from "../support/redis-proxy.ts";
import { freePort, startRedis, until, type RedisServer } from "../support/redis-server.ts";
import { asker } from "../support/store-scene.ts";

for (const [version, createClient] of Object.entries(NODE_REDIS))
  describe(`[T35] a store on ${version} whose Redis is away, hangs or loses an answer`, function () {
    this.timeout(30_000);
    const clients: NodeRedisClient[] = [];
    const admins: Redis[] = [];
    const servers: RedisServer[] = [];
    const proxies: RedisProxy[] = [];
    const begun = (port: number, more: object = {}) => {
      const client = createClient({ url: `redis://127.0.0.1:${port}`, ...more });
      clients.push(client);
      client.connect().catch(() => {});
      return client;
    };
    const start = async () => {
      const server = await startRedis();
      servers.push(server);
      return server;
    };
    const adminOf = (port: number) => {
      const admin = new Redis(port, "127.0.0.1");
      admin.on("error", () => {});
      admins.push(admin);
      return admin;
    };
    const connected = async (port: number) => {
      const store = redisStore(begun(port));
      await store.ping();
      return store;
    };
    const cause = (work: Promise<unknown>) =>
      work.then(
        () => "answered",
        (error: { cause?: Error }) => error.cause?.message ?? "no cause",
      );
    afterEach(async () => {
      for (const client of clients.splice(0)) if (client.isOpen) client.destroy();
      for (const admin of admins.splice(0)) admin.disconnect();
      for (const proxy of proxies.splice(0)) await proxy.stop();
      await Promise.all(servers.splice(0).map((server) => server.stop()));
    });

    it("refuses every verb within a second when Redis was never there, and answers each once it is", async () => {
      const port = await freePort();
      const store = redisStore(begun(port));
      await refusesAll(store);
      servers.push(await startRedis([], port));
      await worksWithinASecond(store);
      const answers: string[] = [];
      for (const [name, act] of everyVerb(store)) answers.push(await outcome(name, act));
      expect(answers).to.deep.equal(everyVerb(store).map(([name]) => `${name}: answered`));
    });

    it("works within a second of Redis coming back, whatever the backoff of the app's client", async () => {
      const server = await start();
      const store = redisStore(begun(server.port, { socket: { reconnectStrategy: () => 60_000 } }));
      await store.ping();
      await server.kill();
      await refusesAll(store);
      await server.start();
      await worksWithinASecond(store);
      expect((await asker({ store, salt: "" }).issued()).repeated).to.equal(false);
    });

    it("answers within a second while Redis is paused, and works again after", async () => {
      const server = await start();
      const store = await connected(server.port);
      const admin = adminOf(server.port);
      await admin.client("PAUSE", 1_500);
      await refusesAll(store);
      await admin.ping();
      await worksWithinASecond(store);
    });

    it("[T67] what was refused while Redis hung is not carried out: the code is still good, and no send was counted", async () => {
      const server = await start();
      const store = await connected(server.port);
      const [me, other] = [asker({ store, salt: "" }), asker({ store, salt: "" })];
      await me.issued();
      server.hang();
      await Promise.all([
        refused(() => me.right()),
        refused(() => other.issue()),
        refused(() => store.notes.take("n", 1)),
      ]);
      server.wake();
      await until(async () => (await cause(store.ping())) === "answered");
      expect((await me.right()).outcome).to.equal("passed");
      expect((await other.issued()).repeated).to.equal(false);
    });

    it("[T67] an answer that is cut on the wire: the right code passes, once", async () => {
      const server = await start();
      const proxy = await startRedisProxy(server.port);
      proxies.push(proxy);
      const store = await connected(proxy.port);
      const me = asker({ store, salt: "" });
      await me.issued();
      const cut = proxy.cutReplyTo("EVALSHA");
      await refused(() => me.right());
      await cut;
      await worksWithinASecond(store);
      await until(async () => (await me.right().catch(() => ({ outcome: "away" }))).outcome === "passed");
      expect((await me.right()).outcome).to.not.equal("passed");
    });

    it("[T69] an event loop that stood still makes no 503 of an answer that is there", async () => {
      const store = await connected((await start()).port);
      // The server has the scripts, so that each is one question.
      await Promise.all([asker({ store, salt: "" }).issue(), store.notes.take("note", 0)]);
      for (const turns of [0, 1, 2, 3]) {
        const me = asker({ store, salt: "" });
        const answers = [me.issue(), me.read(), store.notes.take("note", 0), store.ping()];
        for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
        const end = performance.now() + 700;
        while (performance.now() < end);
        expect(new Set(await Promise.all(answers.map(cause))), `after ${turns} turns`).to.deep.equal(
          new Set(["answered"]),
        );
      }
    });

    it("[T70] after 20 missed deadlines all are refused at once, until a PING is answered; a burst is no hang", async () => {
      const server = await start();
      const store = await connected(server.port);
      const burst = await Promise.all(Array.from({ length: 1200 }, () => cause(store.ping())));
      expect(new Set(burst)).to.deep.equal(new Set(["answered"]));
      server.hang();
      await Promise.all(Array.from({ length: 20 }, () => cause(store.ping())));
      const answers = Array.from({ length: 500 }, () => cause(asker({ store, salt: "" }).issue()));
      expect(new Set(await Promise.all(answers))).to.deep.equal(
        new Set(["Redis does not answer: refused until it does"]),
      );
      server.wake();
      await until(async () => (await cause(store.ping())) === "answered");
    });

    it("[T71] a master that became read-only is left, and the app's own connection stays as it is", async () => {
      const [master, other] = [await start(), await start()];
      const admin = adminOf(master.port);
      const client = begun(master.port);
      const store = redisStore(client);
      await store.ping();
      const appsOwn = await client.sendCommand(["CLIENT", "ID"]);
      const connectionsMade = async () =>
        Number(/total_connections_received:(\d+)/.exec(await admin.info("stats"))?.[1]);
      const before = await connectionsMade();
      await admin.replicaof("127.0.0.1", other.port);
      expect(await cause(asker({ store, salt: "" }).issue())).to.match(/READONLY/);
      await until(async () => (await connectionsMade()) > before);
      await admin.replicaof("NO", "ONE");
      await until(async () => (await cause(asker({ store, salt: "" }).issue())) === "answered");
      expect(await client.sendCommand(["CLIENT", "ID"])).to.equal(appsOwn);
    });

    it("closes its connection with the app's client, and opens none for one that is closed", async () => {
      const server = await start();
      const admin = adminOf(server.port);
      const client = begun(server.port);
      const store = redisStore(client);
      await store.ping();
      const connections = async () =>
        Number(/connected_clients:(\d+)/.exec(await admin.info("clients"))?.[1]);
      expect(await connections()).to.equal(3);
      await client.close();
      await until(async () => (await connections()) === 1);
      await refused(() => store.ping());
      expect(await connections()).to.equal(1);
      await client.connect();
      await worksWithinASecond(store);
    });
  });
