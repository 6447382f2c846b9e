import RateLimiterMemory from "rate-limiter-flexible/lib/RateLimiterMemory.js";
import RateLimiterRedis from "rate-limiter-flexible/lib/RateLimiterRedis.js";
import type { RedisClient, RedisConnection } from "./redis-connection.ts";
import type { LimiterPolicy } from "./store.ts";

/** KEYS bucket. Never below nothing: what is taken back twice gives nobody more than the limit. */
const UNCOUNT = `
if (tonumber(redis.call('GET', KEYS[1])) or 0) > 0 then redis.call('DECR', KEYS[1]) end
return 1
`;

type LimiterClient = RedisClient & {
  rlflxIncr(args: string[]): Promise<unknown>;
  multi(): unknown;
  factorsUncount(key: string): Promise<number>;
};

/** One key per client address; while Redis is away the same limit holds in this process's memory, and uses up none of the limit in Redis. */
export function redisLimiter(
  client: RedisClient,
  { connection, line }: { connection: RedisConnection; line: { cuts: number } },
  keyPrefix: string,
  { name, points, durationSeconds }: LimiterPolicy,
): RateLimiterRedis {
  const redis = client as LimiterClient;
  redis.defineCommand("factorsUncount", { lua: UNCOUNT, numberOfKeys: 1 });
  const limits = { points, duration: durationSeconds };
  return new RateLimiterRedis({
    ...limits,
    // What rate-limiter-flexible uses of a client; its commands have our deadline and are refused where Redis hangs.
    storeClient: {
      get status() {
        return connection.isOpen() ? "ready" : "away";
      },
      defineCommand: redis.defineCommand.bind(redis),
      async rlflxIncr([key, change, ...rest]: [string, string, ...string[]]) {
        const { cuts } = line;
        const uncount = change === "1" ? () => redis.factorsUncount(key) : undefined;
        const reply = await connection.run(() => redis.rlflxIncr([key, change, ...rest]), undefined, uncount);
        // ioredis sends again what was in flight when a connection was cut, and this may so have been counted once more at each cut.
        for (let times = line.cuts - cuts; times > 0; times--) uncount?.().catch(() => {});
        return reply;
      },
      multi: redis.multi.bind(redis),
      del: redis.del.bind(redis),
    },
    keyPrefix,
    rejectIfRedisNotReady: true,
    insuranceLimiter: new RateLimiterMemory({ ...limits, keyPrefix: name }),
  });
}
