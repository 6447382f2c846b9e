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

/** Lets the keys of Redis grow older by its own clock. What has no expiry has none afterwards. */
export async function age(client: Redis, ms: number): Promise<void> {
  if (ms === 0) return;
  const keys = await client.keys("*");
  const lives = await Promise.all(keys.map((key) => client.pttl(key)));
  const aged = keys.map(async (key, i) => {
    const left = lives[i] as number;
    if (left >= 0) await (left > ms ? client.pexpire(key, left - ms) : client.del(key));
  });
  await Promise.all(aged);
}
