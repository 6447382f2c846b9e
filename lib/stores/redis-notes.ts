import type { Notes } from "./notes.ts";
import type { RedisClient, RedisConnection } from "./redis-connection.ts";
import { ADVANCE } from "./redis-scripts.ts";

type NoteClient = RedisClient & {
  set(key: string, value: string, px: "PX", ttlMs: number): Promise<unknown>;
  getdel(key: string): Promise<string | null>;
  factorsAdvance(key: string, rank: number, value: string, ttlMs: number): Promise<number>;
};

/** Notes on Redis. The server's own clock ends them. */
export function redisNotes(client: RedisClient, connection: RedisConnection, prefix: string): Notes {
  const redis = client as NoteClient;
  redis.defineCommand("factorsAdvance", { lua: ADVANCE, numberOfKeys: 1 });
  const keyOf = (key: string) => `${prefix}t${key}`;
  return {
    async put(key, value, _now, ttlMs) {
      await connection.run(() => redis.set(keyOf(key), value, "PX", ttlMs));
    },
    read: async (key) => (await connection.run(() => redis.get(keyOf(key)))) ?? undefined,
    take: async (key) => (await connection.run(() => redis.getdel(keyOf(key)))) ?? undefined,
    advance: async (key, { rank, value }, _now, ttlMs) =>
      (await connection.run(() => redis.factorsAdvance(keyOf(key), rank, value, ttlMs))) === 1,
  };
}
