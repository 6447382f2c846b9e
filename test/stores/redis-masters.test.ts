import { expect } from "chai";
import { Cluster, Redis } from "ioredis";
import { redisStore } from "../../lib/stores/redis.ts";
import { storeContract } from "../../lib/testing/store-contract.ts";
import { makeApp } from "../support/app.ts";
import { startRedisCluster, type RedisCluster } from "../support/redis-cluster.ts";
import { startSentinelSet, type SentinelSet } from "../support/redis-sentinel.ts";
import { age } from "../support/redis-of-suite.ts";
import { until } from "../support/redis-server.ts";
import { asker } from "../support/store-scene.ts";
import { withCode, wrong } from "../support/visitor.ts";

describe("[T73] a cluster of three masters", function () {
  this.timeout(60_000);
  let servers: RedisCluster;
  let cluster: Cluster;
  before(async () => {
    servers = await startRedisCluster();
    cluster = new Cluster(servers.nodes, { enableAutoPipelining: true });
    await until(() => cluster.status === "ready");
  });
  after(async () => {
    cluster.disconnect();
    await servers.stop();
  });
  const flush = () => Promise.all(cluster.nodes("master").map((node) => node.flushall()));
  const sizes = () => Promise.all(cluster.nodes("master").map((node) => node.dbsize()));

  it("serves two tenants with two prefixes from two masters", async () => {
    await flush();
    // By their hash tags: slots 15495 and 3300, of the last master and the first.
    const stores = ["{a}", "{b}"].map((prefix) => redisStore(cluster, { prefix }));
    for (const store of stores) {
      const me = asker({ store, salt: "" });
      await me.issued();
      expect((await me.wrong()).outcome).to.equal("mismatch");
      expect((await me.right()).outcome).to.equal("passed");
      await store.limiter({ name: "send", points: 5, durationSeconds: 60 }).consume("somebody");
    }
    expect((await sizes()).filter((size) => size > 0)).to.have.length(2);
  });

  it("serves two tenants' people from two masters, at their apps' doors", async () => {
    await flush();
    for (const tenant of ["a", "b"]) {
      const app = makeApp({ store: redisStore(cluster, { prefix: `{${tenant}}` }), factors: { tenant } });
      const { me, code } = await withCode(app);
      await me.verify(wrong(code)).expect(400);
      await me.verify(code).expect(200);
      await me.get("/chat").expect(200);
    }
    const keys = await Promise.all(cluster.nodes("master").map((node) => node.keys("*")));
    const prefixes = keys.map((each) => [...new Set(each.map((key) => key.slice(0, 3)))].join());
    expect(prefixes.toSorted()).to.deep.equal(["", "{a}", "{b}"]);
  });

  for (const { name, run } of storeContract(async () => {
    await flush();
    const older = async (ms: number) => {
      await Promise.all(cluster.nodes("master").map((node) => age(node, ms)));
    };
    return { store: redisStore(cluster), close: async () => {}, age: older };
  }))
    it(name, run);

  it("is gone through master by master for the vault's records", async () => {
    await flush();
    const { records } = redisStore(cluster, { prefix: "{a}" });
    const ids = Array.from({ length: 300 }, (_, i) => `id${i}`);
    await Promise.all(
      ids.map((id) =>
        records.write({ id, record: { sealed: "s", fingerprint: id }, taken: [id], before: undefined }),
      ),
    );
    const seen = new Set<string>();
    let cursor = "";
    do {
      const page = await records.scan(cursor);
      for (const id of page.ids) seen.add(id);
      ({ cursor } = page);
    } while (cursor !== "");
    expect([...seen].toSorted()).to.deep.equal(ids.toSorted());
  });
});

describe("[T71] a failover by Sentinel under load", function () {
  this.timeout(60_000);
  let set: SentinelSet;
  let client: Redis;
  before(async () => {
    set = await startSentinelSet();
    client = new Redis({
      sentinels: [set.sentinel],
      name: set.name,
      enableAutoPipelining: true,
      // What a test waits for should come soon.
      retryStrategy: () => 100,
    });
    client.on("error", () => {});
  });
  after(async () => {
    client.disconnect();
    await set.stop();
  });

  it("of a master that hangs: 503 meanwhile, then it goes on with the new master, and no code passes twice", async () => {
    const store = redisStore(client);
    await until(() =>
      store.ping().then(
        () => true,
        () => false,
      ),
    );
    const outcomes: string[] = [];
    let isOver = false;
    const person = async () => {
      while (!isOver) {
        const me = asker({ store, salt: "" });
        const issued = await me.issue().catch((error: { code: string }) => ({ outcome: error.code }));
        const guesses = issued.outcome === "issued" ? [me.right(), me.right()] : [];
        const answers = await Promise.allSettled(guesses);
        const passed = answers.filter(
          (each) => each.status === "fulfilled" && each.value.outcome === "passed",
        );
        if (passed.length > 1) outcomes.push("passed twice");
        outcomes.push(issued.outcome, ...(passed.length === 1 ? ["passed"] : []));
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const load = Promise.all(Array.from({ length: 10 }, person));
    try {
      await until(() => outcomes.length > 200);
      set.master.hang();
      // The connection to the old master stands; nothing but its silence tells.
      await until(() => client.stream.remotePort === set.replica.port, 30_000);
      const before = outcomes.length;
      await until(() => outcomes.slice(before).filter((each) => each === "passed").length > 100, 30_000);
    } finally {
      isOver = true;
    }
    await load;
    expect(outcomes).to.not.include("passed twice");
    expect(outcomes).to.include("store_unavailable");
    expect(new Set(outcomes)).to.have.property("size", 3);
  });
});
