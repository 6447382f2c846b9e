import { isNodeRedis, nodeRedis } from "./node-redis.ts";
import type { RedisClient } from "./redis-connection.ts";

const OTHERS = "of node-redis hand in what createClient makes; for a Cluster or Sentinel an ioredis client";

/** An ioredis client is used as it is, a node-redis client through an adapter; `who` wants it, and is named where it is neither. */
export function redisClient(client: unknown, who: string): RedisClient {
  const { defineCommand, isOpen } = (client ?? {}) as { defineCommand?: unknown; isOpen?: unknown };
  if (typeof defineCommand === "function") return client as RedisClient;
  if (isNodeRedis(client)) return nodeRedis(client);
  throw new TypeError(
    typeof isOpen === "boolean"
      ? `${who} takes an ioredis (5 or 6) or a node-redis (5 or 6) client; ${OTHERS}`
      : `${who} must be an ioredis or node-redis client`,
  );
}
