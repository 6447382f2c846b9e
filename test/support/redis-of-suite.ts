import { Redis } from "ioredis";
import { startRedis, type RedisServer } from "./redis-server.ts";

/** A redis-server for the tests of this file or `describe`, and a client of it; both are there once the tests run. */
export interface SuiteRedis {
  server: RedisServer;
  client: Redis;
}

export function redisOfSuite(options: { enableAutoPipelining?: boolean } = {}): SuiteRedis {
  const suite = {} as SuiteRedis;
  before(async () => {
    suite.server = await startRedis();
    suite.client = new Redis(suite.server.url, options);
  });
  after(async () => {
    suite.client.disconnect();
    await suite.server.stop();
  });
  return suite;
}
