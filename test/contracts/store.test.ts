import { Redis } from "ioredis";
import { memoryStore } from "../../lib/stores/memory.ts";
import { redisStore } from "../../lib/stores/redis.ts";
import { storeContract } from "../../lib/testing/store-contract.ts";
import { startRedis, type RedisServer } from "../support/redis-server.ts";

describe("the memory store", () => {
  for (const { name, run } of storeContract(async () => ({ store: memoryStore(), close: async () => {} })))
    it(name, run);
});

describe("the Redis store", () => {
  let server: RedisServer;
  let client: Redis;
  before(async () => {
    server = await startRedis();
    client = new Redis(server.url);
  });
  after(async () => {
    client.disconnect();
    await server.stop();
  });

  const fresh = async () => {
    await client.flushall();
    return { store: redisStore(client), close: async () => {} };
  };
  for (const { name, run } of storeContract(fresh)) it(name, run);
});
