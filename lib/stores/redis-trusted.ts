import type { RedisClient, RedisConnection } from "./redis-connection.ts";
import type { TrustedDevices } from "./trusted.ts";

/** KEYS devices. ARGV id, value, most, ttl. */
const ADD = `
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
local ids = redis.call('HKEYS', KEYS[1])
table.sort(ids)
for i = 1, #ids - tonumber(ARGV[3]) do redis.call('HDEL', KEYS[1], ids[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
`;

/** KEYS devices. ARGV id, before, after. */
const REPLACE = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`;

type TrustedClient = RedisClient & {
  hgetall(key: string): Promise<Record<string, string>>;
  hdel(key: string, field: string): Promise<number>;
  factorsTrust(key: string, ...args: (string | number)[]): Promise<number>;
  factorsRetrust(key: string, ...args: string[]): Promise<number>;
};

/** Trusted devices on Redis: one hash for each account. */
export function redisTrusted(
  client: RedisClient,
  connection: RedisConnection,
  prefix: string,
): TrustedDevices {
  const redis = client as TrustedClient;
  redis.defineCommand("factorsTrust", { lua: ADD, numberOfKeys: 1 });
  redis.defineCommand("factorsRetrust", { lua: REPLACE, numberOfKeys: 1 });
  const keyOf = (account: string) => `${prefix}d${account}`;
  return {
    async add(account, id, value, _now, { most, ttlMs }) {
      await connection.run(() => redis.factorsTrust(keyOf(account), id, value, most, ttlMs));
    },
    async list(account) {
      const all = await connection.run(() => redis.hgetall(keyOf(account)));
      return Object.entries(all).map(([id, value]) => ({ id, value }));
    },
    replace: async (account, id, { before, after }) =>
      (await connection.run(() => redis.factorsRetrust(keyOf(account), id, before, after))) === 1,
    async remove(account, id) {
      await connection.run(() => redis.hdel(keyOf(account), id));
    },
    async removeAll(account) {
      await connection.run(() => redis.del(keyOf(account)));
    },
  };
}
