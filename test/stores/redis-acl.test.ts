import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { Redis } from "ioredis";
import { auditTrail } from "../../lib/observe/audit.ts";
import { phoneVault } from "../../lib/index.ts";
import { redisStore } from "../../lib/stores/redis.ts";
import { storeContract } from "../../lib/testing/store-contract.ts";
import { makeApp, SECRET } from "../support/app.ts";
import { age, redisOfSuite } from "../support/redis-of-suite.ts";
import { passed } from "../support/visitor.ts";

/** Everything that docs/redis.md gives the user, and nothing else. */
describe("[T73] with only the rights of docs/redis.md", function () {
  this.timeout(30_000);
  const suite = redisOfSuite();
  let client: Redis;

  before(async () => {
    const docs = await readFile(join(import.meta.dirname, "../../docs/redis.md"), "utf8");
    const line = /^ACL SETUSER (.*)$/m.exec(docs)?.[1] ?? "";
    expect(line).to.match(/^factors on >\S+ resetkeys ~\{factors\}\* /);
    await suite.client.call("ACL", "SETUSER", ...line.split(" "));
    const password = />(\S+)/.exec(line)?.[1] as string;
    client = new Redis(suite.server.port, "127.0.0.1", {
      username: "factors",
      password,
      enableAutoPipelining: true,
      maxRetriesPerRequest: 0,
    });
    client.on("error", () => {});
    await client.ping();
  });
  after(() => client.disconnect());
  beforeEach(() => suite.client.flushall());

  for (const { name, run } of storeContract(async () => {
    await suite.client.flushall();
    return { store: redisStore(client), close: async () => {}, age: (ms) => age(suite.client, ms) };
  }))
    it(name, run);

  it("a login, the audit trail and the vault work", async () => {
    const app = makeApp({ store: redisStore(client) });
    const trail = auditTrail(app.factors, client);
    const me = await passed(app);
    await me.get("/chat").expect(200);
    expect(await trail.read()).to.have.length.greaterThan(1);
    await trail.erase("alice");
    await trail.close();
    const vault = phoneVault(redisStore(client), { secret: SECRET });
    const id = (await vault.register("+12015550123")) as string;
    expect(await vault.reveal(id, "test")).to.equal("+12015550123");
    expect(await vault.delete(id)).to.equal(true);
    expect(app.told).to.deep.equal([]);
  });

  it("what was refused is withdrawn", async () => {
    const store = redisStore(client);
    const keys = { guesses: "guesses", bucket: "lane", failures: "failures" };
    const credential = { tenant: "t", account: "ann", kind: "totp", id: "1", value: "one" };
    suite.server.hang();
    const steps = [
      store.credentials.add(credential, 1),
      store.credentials.replace({ ...credential, id: "2" }, "two"),
      store.credentials.remove({ ...credential, id: "3" }),
      store.guesses.count({ keys, now: 1, guesses: { perHour: 5, inARow: 5 } }),
      store.notes.advance("note", { rank: 1, value: "x" }, 1, 60_000),
      store.notes.take("other", 1),
      store.trusted.add("a", "1", "value", 1, { most: 1, ttlMs: 60_000 }),
      store.trusted.replace("a", "1", { before: "value", after: "other" }, 1),
      store.records.write({
        id: "id",
        record: { sealed: "s", fingerprint: "f" },
        taken: ["f"],
        before: undefined,
      }),
    ];
    expect((await Promise.allSettled(steps)).filter(({ status }) => status === "rejected")).to.have.length(
      steps.length,
    );
    suite.server.wake();
    await client.ping();
    const left = (await suite.client.keys("*")).filter((key) => !key.startsWith("{factors}x"));
    expect(left).to.deep.equal([]);
  });

  it("the user can do nothing else", async () => {
    for (const [command, ...args] of [
      ["GET", "session"],
      ["FLUSHALL"],
      ["CONFIG", "GET", "*"],
      ["KEYS", "*"],
      ["EVAL", "return redis.call('GET', 'session')", "0"],
    ] as const)
      expect(String(await client.call(command, ...args).catch((error: unknown) => error))).to.match(
        /NOPERM|The user executing the script can.t/,
      );
  });
});
