import { Redis } from "ioredis";
import { redisOfSuite } from "./redis-of-suite.ts";
import { startRedisProxy, type RedisProxy } from "./redis-proxy.ts";

/** A Redis of the suite's own, empty for each test, and a client that reaches it by a proxy, which loses replies when told to. */
export function proxiedRedis(options: object) {
  const suite = redisOfSuite();
  const all = { suite } as { suite: typeof suite; proxy: RedisProxy; client: Redis };
  before(async () => void (all.proxy = await startRedisProxy(suite.server.port)));
  beforeEach(async () => {
    await suite.client.flushall();
    all.client = new Redis(all.proxy.port, "127.0.0.1", options);
    all.client.on("error", () => {});
    await all.client.ping();
  });
  afterEach(() => {
    suite.server.wake();
    all.client.disconnect();
  });
  after(() => all.proxy.stop());
  return all;
}
