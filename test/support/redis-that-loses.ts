import { Redis } from "ioredis";
import { redisOfSuite } from "./redis-of-suite.ts";
import { startRedisProxy, type RedisProxy } from "./redis-proxy.ts";

/** A Redis whose answers may be cut, and a client that does not send again what was in flight: an answer that is lost is one that nobody hears. */
export interface LosingRedis {
  client: Redis;
  proxy: RedisProxy;
}

/** One for the suite, emptied and with a client of its own for each test. */
export function redisThatLoses(): LosingRedis {
  const suite = redisOfSuite();
  const losing = {} as LosingRedis;
  before(async () => {
    losing.proxy = await startRedisProxy(suite.server.port);
  });
  beforeEach(async () => {
    await suite.client.flushall();
    losing.client = new Redis(losing.proxy.port, "127.0.0.1", {
      autoResendUnfulfilledCommands: false,
      retryStrategy: () => 1,
    });
    losing.client.on("error", () => {});
    await losing.client.ping();
  });
  afterEach(() => losing.client.disconnect());
  after(() => losing.proxy.stop());
  return losing;
}
