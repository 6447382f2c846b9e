import { expect } from "chai";
import { fork } from "node:child_process";
import { once } from "node:events";
import { Redis } from "ioredis";
import { redisStore } from "../../lib/stores/redis.ts";
import { redisOfSuite } from "../support/redis-of-suite.ts";
import { asker, DEFAULTS, type Asker } from "../support/store-scene.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The longest that a key of each kind may live. */
const BOUNDS: Record<string, number> = {
  c: DEFAULTS.ttlMs,
  n: 24 * HOUR,
  a: 24 * HOUR,
  g: HOUR,
  f: 10 * 365 * 24 * HOUR,
  i: HOUR,
  x: MINUTE,
};

describe("what the Redis store leaves in Redis", () => {
  const suite = redisOfSuite();
  beforeEach(() => suite.client.flushall());

  async function kinds(prefix = "{factors}"): Promise<string> {
    const keys = await suite.client.keys("*");
    for (const key of keys) {
      expect(key.startsWith(prefix), key).to.equal(true);
      const ttl = await suite.client.pttl(key);
      expect(ttl, key).to.be.greaterThan(0);
      expect(ttl, key).to.be.at.most(BOUNDS[key[prefix.length] as string] as number);
    }
    const letters = "acfgin".split("");
    return letters.filter((letter) => keys.some((key) => key.startsWith(prefix + letter))).join("");
  }

  it("[N7][T10][B6] every key has 0 < TTL <= its bound after every verb", async () => {
    const store = redisStore(suite.client);
    const me = asker({ store, salt: "" });
    await me.issued({ accountKey: "account" });
    expect(await kinds()).to.equal("acn");
    await me.wrong();
    expect(await kinds()).to.equal("acfgn");
    me.advance(30_000);
    await me.issued({ accountKey: "account" });
    await me.issue();
    await me.read();
    expect(await kinds()).to.equal("acfgn");
    expect((await me.right()).outcome).to.equal("passed");
    expect(await kinds()).to.equal("acn");
    expect((await me.issue({ resend: "new" })).outcome).to.equal("issued");
    await me.wrong();
    await me.revoke(true);
    expect(await kinds()).to.equal("afgn");
    await store.reset(me.keys.failures);
    expect(await kinds()).to.equal("agn");
    await store.limiter({ name: "send", points: 1, durationSeconds: 3600 }).consume("somebody");
    expect(await kinds()).to.equal("agin");
  });

  it("[T10] the key of a code is gone with its expiry, sub-second rests included", async () => {
    const me = asker({ store: redisStore(suite.client), salt: "" });
    await me.issued({ ttlMs: 1500, keepMs: 1500 });
    const ttl = await suite.client.pttl(`{factors}c${me.keys.challenge}`);
    expect(ttl).to.be.within(1000, 1500);
  });

  it("[T10] what finds nothing writes nothing", async () => {
    const store = redisStore(suite.client);
    const me = asker({ store, salt: "" });
    await me.wrong();
    await me.read();
    await me.revoke(true);
    await store.revoke({ keys: me.keys, now: me.now(), liftCooldown: true, breakerKey: "breaker" });
    await store.takeBack({ keys: { ...me.keys, bucket: "other" }, now: me.now() });
    await suite.client.del(await suite.client.keys("{factors}x*"));
    await store.reset(me.keys.failures);
    await store.unlock(me.keys.guesses);
    await store.trusted.remove("none", "1");
    await store.notes.take("none", 0);
    await store.ping();
    expect(await suite.client.keys("*")).to.deep.equal([]);
  });

  it("a resend does not extend the key of a live code", async () => {
    const me = asker({ store: redisStore(suite.client), salt: "" });
    await me.issued();
    await suite.client.pexpire(`{factors}c${me.keys.challenge}`, 1000);
    me.advance(30_000);
    expect((await me.issued()).repeated).to.equal(true);
    expect(await suite.client.pttl(`{factors}c${me.keys.challenge}`)).to.be.at.most(1000);
  });

  it("[T7] stores of two prefixes on one client do not meet", async () => {
    const [first, second] = [
      redisStore(suite.client, { prefix: "{a}" }),
      redisStore(suite.client, { prefix: "app:{b}:" }),
    ];
    const me = asker({ store: first, salt: "" });
    const other = asker({ store: second, salt: "" }, me.keys);
    await me.issued();
    expect(await kinds("{a}")).to.equal("cn");
    expect((await other.verify([me.digest])).outcome).to.equal("expired");
    expect((await other.issue()).outcome).to.equal("issued");
    expect((await me.right()).outcome).to.equal("passed");
  });

  it("works behind a keyPrefix and with a flushed script cache", async () => {
    const prefixed = new Redis(suite.server.url, { keyPrefix: "app:" });
    const me = asker({ store: redisStore(prefixed), salt: "" });
    await me.issued();
    await suite.client.script("FLUSH");
    expect((await me.read()).challenge?.attemptsRemaining).to.equal(5);
    expect((await me.right()).outcome).to.equal("passed");
    expect(await kinds("app:{factors}")).to.equal("cn");
    prefixed.disconnect();
  });

  it("throws for a prefix without a hash tag and for what is no client", () => {
    for (const prefix of ["", "factors", "{}", "}{"]) {
      expect(() => redisStore(suite.client, { prefix }), prefix).to.throw(TypeError, "prefix");
    }
    expect(() => redisStore({})).to.throw(TypeError, "ioredis");
    expect(() => redisStore(suite.client, { prefx: "{a}" } as object)).to.throw(TypeError, "prefx");
  });

  it("a pending code takes at most 400 bytes, all its keys counted", async () => {
    const store = redisStore(suite.client);
    const usedMemory = async () => Number(/used_memory:(\d+)/.exec(await suite.client.info("memory"))?.[1]);
    // A code first, so that the scripts are loaded before the count begins. 7300 of two keys each fill a hash table of 16384 well.
    await issueMany(1, () => asker({ store, salt: "" }, shortKeys()));
    const before = await usedMemory();
    await issueMany(7300, () => asker({ store, salt: "" }, shortKeys()));
    expect(((await usedMemory()) - before) / 7300).to.be.at.most(400);
  });

  it("[T2] 200 parallel right answers over two processes on one Redis pass exactly once", async () => {
    const me = asker({ store: redisStore(suite.client), salt: "" });
    await me.issued();
    const { guesses, about, by } = DEFAULTS;
    const request = { keys: me.keys, now: me.now(), digests: [me.digest], guesses, about, by };
    const script = new URL("../support/verify-process.ts", import.meta.url);
    const children = [1, 2].map(() => fork(script, [suite.server.url], { execArgv: ["--import=tsx"] }));
    await Promise.all(children.map((child) => once(child, "message")));
    const answers = Promise.all(children.map((child) => once(child, "message")));
    for (const child of children) child.send({ request, times: 100 });
    const outcomes = (await answers).flatMap(([message]) => message as string[]);
    expect(outcomes).to.have.length(200);
    expect(outcomes.filter((outcome) => outcome === "passed")).to.have.length(1);
    expect(outcomes.filter((outcome) => outcome === "repeated")).to.have.length(199);
  });
});

/** As long as the package's own: 18 base64url characters. */
function shortKeys(): { challenge: string; number: string } {
  const key = () => globalThis.crypto.randomUUID().replaceAll("-", "").slice(0, 18);
  return { challenge: key(), number: key() };
}

async function issueMany(count: number, make: () => Asker): Promise<void> {
  for (let done = 0; done < count; done += 500) {
    await Promise.all(Array.from({ length: Math.min(500, count - done) }, () => make().issued()));
  }
}
