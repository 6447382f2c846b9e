import { memoryStore } from "../../lib/stores/memory.ts";
import { redisStore } from "../../lib/stores/redis.ts";
import { storeContract } from "../../lib/testing/store-contract.ts";
import { age, redisOfSuite } from "../support/redis-of-suite.ts";

describe("the memory store", () => {
  for (const { name, run } of storeContract(async () => ({ store: memoryStore(), close: async () => {} })))
    it(name, run);
});

describe("the Redis store", () => {
  const suite = redisOfSuite();

  const fresh = async () => {
    await suite.client.flushall();
    return {
      store: redisStore(suite.client),
      close: async () => {},
      age: (ms: number) => age(suite.client, ms),
    };
  };
  for (const { name, run } of storeContract(fresh)) it(name, run);
});
