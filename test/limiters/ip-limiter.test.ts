import { expect } from "chai";
import { Redis } from "ioredis";
import type { FactorError } from "../../lib/errors.ts";
import { createIpLimiter } from "../../lib/limiters/ip-limiter.ts";
import { networkOf } from "../../lib/limiters/network.ts";
import { memoryStore } from "../../lib/stores/memory.ts";
import { redisStore } from "../../lib/stores/redis.ts";
import { freePort, startRedis, until } from "../support/redis-server.ts";

const POLICY = { name: "send", points: 2, durationSeconds: 3600 };
const fingerprint = (value: string) => Buffer.from(value).toString("base64url");
const isLet = (consumed: Promise<void>) =>
  consumed.then(
    () => true,
    () => false,
  );

describe("the network of an address", () => {
  const networks: [string | undefined, string | undefined][] = [
    ["203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["::FFFF:203.0.113.7", "203.0.113.7"],
    ["::ffff:cb00:7107", "203.0.113.7"],
    ["0:0:0:0:0:ffff:203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:0001:0002::", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["203.0.113.7:4711", "203.0.113.7"],
    ["[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"],
    ["[2001:db8:1:2::9]", "2001:db8:1:2::/64"],
    ["[::ffff:203.0.113.7]:80", "203.0.113.7"],
    ["[fe80::1%eth0]:80", "fe80:0:0:0::/64"],
    [" 203.0.113.7 ", "203.0.113.7"],
    ["203.0.113.7:", undefined],
    ["203.0.113.7:http", undefined],
    ["203.0.113.7:1:2", undefined],
    ["[203.0.113.7", undefined],
    ["_hidden", undefined],
    ["unknown:80", undefined],
    ["", undefined],
    [undefined, undefined],
    ["unknown", undefined],
  ];
  for (const [ip, network] of networks) {
    it(`of ${String(ip)} is ${String(network)}`, () => expect(networkOf(ip)).to.equal(network));
  }
});

describe("a limit per address", () => {
  it("[T36] lets its points through, then says how long to wait", async () => {
    const limiter = createIpLimiter(memoryStore(), POLICY, fingerprint);
    await limiter.consume("203.0.113.7");
    await limiter.consume("::ffff:203.0.113.7");
    const third = await limiter.consume("203.0.113.7").catch((error: FactorError) => error);
    expect(third).to.have.property("code", "too_many_requests");
    expect((third as FactorError).details.retryAfter).to.be.within(3590, 3600);
    await limiter.consume("203.0.113.8");
  });

  it("[T32] without an address nobody is locked out", async () => {
    const limiter = createIpLimiter(memoryStore(), POLICY, fingerprint);
    for (let i = 0; i < 5; i++) await limiter.consume(undefined);
  });

  it("[T15b] an option's 0 means 0", async () => {
    const limiter = createIpLimiter(memoryStore(), { ...POLICY, points: 0 }, fingerprint);
    expect(await isLet(limiter.consume("203.0.113.7"))).to.equal(false);
  });

  it("[T35] holds in memory while Redis is away or paused, and keeps nobody waiting", async () => {
    const server = await startRedis();
    const clients = [new Redis({ port: await freePort() }), new Redis(server.url)];
    for (const client of clients) client.on("error", () => {});
    try {
      await until(() => clients[1]?.status === "ready");
      await clients[1]?.client("PAUSE", 20_000);
      for (const client of clients) {
        const limiter = createIpLimiter(redisStore(client), POLICY, fingerprint);
        const began = performance.now();
        const answers = await Promise.all([1, 2, 3].map(() => isLet(limiter.consume("203.0.113.7"))));
        expect(performance.now() - began).to.be.lessThan(700);
        expect(answers).to.deep.equal([true, true, false]);
      }
    } finally {
      for (const client of clients) client.disconnect();
      await server.stop();
    }
  });

  it("all processes on one Redis share the bucket, and the address is not in its key", async () => {
    const server = await startRedis();
    const clients = [new Redis(server.url), new Redis(server.url)];
    try {
      await Promise.all(clients.map((client) => client.ping()));
      const oks: boolean[] = [];
      for (const client of [...clients, ...clients]) {
        const hidden = () => "fingerprint";
        oks.push(await isLet(createIpLimiter(redisStore(client), POLICY, hidden).consume("203.0.113.7")));
      }
      expect(oks).to.deep.equal([true, true, false, false]);
      expect(await clients[0]?.keys("*")).to.deep.equal(["{factors}isend:fingerprint"]);
    } finally {
      for (const client of clients) client.disconnect();
      await server.stop();
    }
  });
});
