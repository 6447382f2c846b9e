import { Redis } from "ioredis";
import { memoryStore } from "../../lib/stores/memory.ts";
import { redisStore } from "../../lib/stores/redis.ts";
import { startRedis, type RedisServer } from "../support/redis-server.ts";
import type { MakeStore } from "../support/store-scene.ts";
import { guessCases } from "./guess-limit-cases.ts";
import { sendCases } from "./send-limit-cases.ts";

describe("limits in memory", () => {
  declare(async () => ({ store: memoryStore(), close: async () => {} }));
});

for (const enableAutoPipelining of [false, true]) {
  describe(`limits in Redis${enableAutoPipelining ? ", auto-pipelined" : ""}`, () => {
    let server: RedisServer;
    let client: Redis;
    before(async () => {
      server = await startRedis();
      client = new Redis(server.url, { enableAutoPipelining });
    });
    after(async () => {
      client.disconnect();
      await server.stop();
    });
    declare(async () => ({ store: redisStore(client), close: async () => {} }));
  });
}

function declare(make: MakeStore): void {
  for (const { name, run } of [...sendCases(make), ...guessCases(make)]) it(name, run);
}
