import { rejects } from "node:assert/strict";
import { expect } from "chai";
import { Redis } from "ioredis";
import { sealedCredentials } from "../../lib/credentials/sealed-credentials.ts";
import { createSecretBox, redisStore, storeCredentials, type Credentials } from "../../lib/index.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";

describe("credentials in Redis", () => {
  const suite = redisOfSuite();
  beforeEach(() => suite.client.flushall());
  const acme = (prefix?: string, client: Redis = suite.client) =>
    storeCredentials(redisStore(client, prefix === undefined ? {} : { prefix })).inTenant("acme");

  /** All keys but those of steps that may be undone yet, which go by themselves. */
  const kept = async () => (await suite.client.keys("*")).filter((key) => !key.includes("}x"));

  async function all(credentials: Credentials): Promise<string[]> {
    const ids: string[] = [];
    let cursor = "";
    do {
      const page = await credentials.scan(cursor);
      ids.push(...page.credentials.map(({ id }) => id));
      ({ cursor } = page);
    } while (cursor !== "");
    return ids.sort();
  }

  it("never expire: no Redis that evicts what is volatile may throw a second factor away", async () => {
    await acme().add("ann", "totp", "1", "before", 1);
    await acme().replace("ann", "totp", "1", "before", "after");
    const keys = await kept();
    expect(keys).to.have.length(2);
    for (const key of keys) {
      expect(key.startsWith("{factors}e"), key).to.equal(true);
      expect(await suite.client.pttl(key), key).to.equal(-1);
    }
  });

  it("leave no key behind when they are removed", async () => {
    for (const id of ["1", "2", "3"]) await acme().add("ann", "totp", id, "x", 5);
    await acme().add("ann", "passkey", "1", "x", 5);
    await acme().remove("ann", "totp", "1");
    await acme().removeAll("ann", ["totp"]);
    expect(await kept()).to.have.length(2);
    await acme().remove("ann", "passkey", "1");
    expect(await kept()).to.deep.equal([]);
    for (const id of ["1", "2"]) await acme().add("ann", "totp", id, "x", 5);
    await acme().removeAll("ann");
    expect(await kept()).to.deep.equal([]);
  });

  it("[T10] what finds nothing writes nothing", async () => {
    await acme().list("ann", "totp");
    await acme().find("totp", "1");
    await acme().replace("ann", "totp", "1", "x", "y");
    await acme().remove("ann", "totp", "1");
    await acme().removeAll("ann");
    await acme().scan("");
    expect(await suite.client.keys("*")).to.deep.equal([]);
  });

  it("[T11] show nothing of what was sealed in a dump", async () => {
    const box = createSecretBox("s".repeat(32));
    const store = storeCredentials(redisStore(suite.client));
    await sealedCredentials(store, box, "acme")
      .ofKind("totp")
      .add("ann", "1", { secret: "JBSWY3DPEHPK3PXP" }, 1);
    const dump: unknown[] = [];
    for (const key of await suite.client.keys("*"))
      dump.push(key, key.includes("}ea") ? await suite.client.hgetall(key) : await suite.client.get(key));
    expect(JSON.stringify(dump)).to.include("totp:1").and.not.include("JBSWY3");
  });

  it("go through a client with a keyPrefix, and are found by going through them", async () => {
    const client = new Redis(suite.server.url, { keyPrefix: "app*[1]:" });
    try {
      const prefixed = acme(undefined, client);
      const ids = Array.from({ length: 300 }, (_, n) => `${n}`).sort();
      await Promise.all(ids.map((id) => prefixed.add(`account ${id}`, "totp", id, "x", 1)));
      await suite.client.script("FLUSH");
      expect(await all(prefixed)).to.deep.equal(ids);
      expect(await all(acme())).to.deep.equal([]);
      await prefixed.removeAll("account 1");
      expect((await kept()).every((key) => key.startsWith("app*[1]:{factors}e"))).to.equal(true);
      expect(await kept()).to.have.length(598);
    } finally {
      client.disconnect();
    }
  });

  it("[T7] of two prefixes on one Redis do not meet, whatever signs stand in them", async () => {
    const prefixes = ["{a}", "{a}*", "{a}?", "[{a}]", "\\{a}", "^{a}", "{a}e", "{a}ea"];
    for (const prefix of prefixes)
      expect(await acme(prefix).add("ann", "totp", "1", prefix, 1)).to.equal(true);
    for (const prefix of prefixes) {
      expect((await acme(prefix).find("totp", "1"))?.value).to.equal(prefix);
      const { credentials } = await acme(prefix).scan("");
      expect(credentials.map(({ value }) => value)).to.deep.equal([prefix]);
    }
  });

  it("go all at once: what was added while they were looked up goes too, or is whole", async () => {
    const client = new Redis(suite.server.url);
    const hkeys = client.hkeys.bind(client) as (key: string) => Promise<string[]>;
    let [late, count] = [3, 0];
    client.hkeys = (async (key: string) => {
      const fields = await hkeys(key);
      if (late-- > 0) await acme().add("ann", "totp", `late ${count++}`, "x", 50);
      return fields;
    }) as typeof client.hkeys;
    try {
      await acme().add("ann", "totp", "1", "x", 5);
      await acme().add("ann", "passkey", "1", "x", 5);
      await acme(undefined, client).removeAll("ann", ["totp"]);
      expect(late).to.equal(-1);
      expect(await acme().list("ann", "totp")).to.deep.equal([]);
      expect(await kept()).to.have.length(2);
      late = Number.POSITIVE_INFINITY;
      await acme().add("ann", "totp", "1", "x", 5);
      await rejects(acme(undefined, client).removeAll("ann", ["totp"]), { code: "store_unavailable" });
    } finally {
      client.disconnect();
    }
  });

  it("go, however many they are, and the others stay", async () => {
    const ids = Array.from({ length: 600 }, (_, n) => `${n}`);
    for (const kind of ["passkey", "email"])
      await Promise.all(ids.map((id) => acme().add("ann", kind, id, "x", 600)));
    await acme().add("ann", "totp", "1", "x", 1);
    await acme().removeAll("ann", ["passkey", "email"]);
    expect(await kept()).to.have.length(2);
    expect(await acme().list("ann", "totp")).to.deep.equal([{ id: "1", value: "x" }]);
  });

  it("throw `store_unavailable` while Redis is away, and change nothing", async () => {
    await acme().add("ann", "totp", "1", "x", 1);
    const client = new Redis({ port: 1, retryStrategy: () => null, lazyConnect: true });
    client.on("error", () => {});
    const away = acme(undefined, client);
    for (const asked of [
      away.list("ann", "totp"),
      away.find("totp", "1"),
      away.add("ann", "totp", "2", "x", 5),
      away.replace("ann", "totp", "1", "x", "y"),
      away.remove("ann", "totp", "1"),
      away.removeAll("ann"),
      away.scan(""),
    ])
      await rejects(asked, { code: "store_unavailable" });
    client.disconnect();
    expect(await acme().list("ann", "totp")).to.deep.equal([{ id: "1", value: "x" }]);
  });
});
