import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { phoneVault } from "../../lib/index.ts";
import { auditTrail } from "../../lib/observe/audit.ts";
import { redisStore } from "../../lib/stores/redis.ts";
import { storeContract } from "../../lib/testing/store-contract.ts";
import { makeApp, SECRET } from "../support/app.ts";
import { NODE_REDIS, NOT_TAKEN, type NodeRedisClient } from "../support/node-redis.ts";
import { age, redisOfSuite } from "../support/redis-of-suite.ts";
import { asker } from "../support/store-scene.ts";
import { passed } from "../support/visitor.ts";

for (const [version, createClient] of Object.entries(NODE_REDIS))
  describe(`the Redis store on ${version}`, function () {
    this.timeout(30_000);
    const suite = redisOfSuite();
    let client: NodeRedisClient;

    // With the rights of docs/redis.md, and nothing else.
    before(async () => {
      const docs = await readFile(join(import.meta.dirname, "../../docs/redis.md"), "utf8");
      const line = /^ACL SETUSER (.*)$/m.exec(docs)?.[1] ?? "";
      await suite.client.call("ACL", "SETUSER", ...line.split(" "));
      const password = />(\S+)/.exec(line)?.[1] as string;
      client = createClient({ url: suite.server.url, username: "factors", password });
      client.on("error", () => {});
      await client.connect();
      await redisStore(client).ping();
    });
    after(() => client.destroy());
    beforeEach(() => suite.client.flushall());

    for (const { name, run } of storeContract(async () => {
      await suite.client.flushall();
      return { store: redisStore(client), close: async () => {}, age: (ms) => age(suite.client, ms) };
    }))
      it(`[T73] ${name}`, run);

    it("[T73] a login, the audit trail and the vault work", async () => {
      const app = makeApp({ store: redisStore(client) });
      const trail = auditTrail(app.factors, client);
      const me = await passed(app);
      await me.get("/chat").expect(200);
      const heard = await trail.read({ account: "alice" });
      expect(heard.map(({ name }) => name)).to.include("phone_otp_send_start");
      expect(await trail.erase("alice")).to.equal(heard.length);
      await trail.close();
      const vault = phoneVault(redisStore(client), { secret: SECRET });
      const id = (await vault.register("+12015550123")) as string;
      expect(await vault.reveal(id, "test")).to.equal("+12015550123");
      expect(await vault.find("+12015550123")).to.equal(id);
      const { records } = redisStore(client);
      expect((await records.scan("")).ids).to.have.length(1);
      expect(await vault.delete(id)).to.equal(true);
      expect(app.told).to.deep.equal([]);
    });

    it("shares one connection of its own between all that stand on a client", async () => {
      const connections = async () =>
        String(await suite.client.client("LIST", "TYPE", "NORMAL"))
          .trim()
          .split("\n");
      await redisStore(client).ping();
      const before = await connections();
      await redisStore(client, { prefix: "{other}" }).ping();
      await auditTrail(makeApp({ store: redisStore(client) }).factors, client).read();
      expect(await connections()).to.have.length(before.length);
    });

    it("a limiter's bucket can be looked at and emptied", async () => {
      const limiter = redisStore(client).limiter({ name: "send", points: 5, durationSeconds: 60 });
      await limiter.consume("somebody");
      expect(await limiter.get("somebody")).to.include({ consumedPoints: 1, remainingPoints: 4 });
      await limiter.delete("somebody");
      expect(await limiter.get("somebody")).to.equal(null);
    });
  });

describe("a client that the Redis store takes", () => {
  const suite = redisOfSuite();

  it("has its keyPrefix before each key, as ioredis has it", async () => {
    const client = (NODE_REDIS["node-redis 6"] as (typeof NODE_REDIS)[string])({
      url: suite.server.url,
      keyPrefix: "app:",
    });
    client.on("error", () => {});
    await client.connect();
    try {
      const store = redisStore(client);
      const me = asker({ store, salt: "" });
      await me.issued();
      expect((await me.right()).outcome).to.equal("passed");
      const record = { sealed: "s", fingerprint: "f" };
      await store.records.write({ id: "id", record, taken: ["f"], before: undefined });
      expect((await store.records.scan("")).ids).to.deep.equal(["id"]);
      const keys = await suite.client.keys("*");
      expect(keys.filter((key) => !key.startsWith("app:{factors}"))).to.deep.equal([]);
      expect(keys).to.have.length.greaterThan(2);
    } finally {
      client.destroy();
    }
  });

  for (const [what, client] of Object.entries(NOT_TAKEN))
    it(`is not ${what} of node-redis, and the error says what is`, () => {
      expect(() => redisStore(client)).to.throw(
        TypeError,
        /createClient.*Cluster or Sentinel an ioredis client/,
      );
    });

  it("is a client at all", () => {
    for (const odd of [undefined, null, {}, "redis://", { isReady: true }])
      expect(() => redisStore(odd as never)).to.throw(TypeError, "ioredis or node-redis client");
  });
});
