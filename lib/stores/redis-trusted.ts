import { ATTEMPT, attemptKey } from "./redis-attempts.ts";
import type { RedisClient, RedisConnection } from "./redis-connection.ts";
import type { TrustedDevices } from "./trusted.ts";

/** KEYS devices, attempt. ARGV id, value, most, ttl. */
const ADD = `${ATTEMPT}
local made = attempted(KEYS[2])
if made then return made end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
local ids, dropped = redis.call('HKEYS', KEYS[1]), {}
table.sort(ids)
for i = 1, #ids - tonumber(ARGV[3]) do
  dropped[#dropped + 1] = ids[i]
  dropped[#dropped + 1] = redis.call('HGET', KEYS[1], ids[i])
  redis.call('HDEL', KEYS[1], ids[i])
end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
remember(KEYS[2], 1, {dropped = dropped})
return 1
`;

/** KEYS devices, attempt. ARGV id. The devices that went for it come back, where the account has others still. */
const WITHDRAW_ADD = `${ATTEMPT}
local undo = withdrawn(KEYS[2])
if not undo then return end
local was_there = redis.call('EXISTS', KEYS[1]) == 1
if was_there and #undo.dropped > 0 then redis.call('HSET', KEYS[1], unpack(undo.dropped)) end
redis.call('HDEL', KEYS[1], ARGV[1])
`;

/** KEYS devices. ARGV id, before, after. Values are random: one that is `after` already was replaced by this very step. */
const REPLACE = `
local found = redis.call('HGET', KEYS[1], ARGV[1])
if found == ARGV[3] then return 1 end
if found ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`;

type TrustedClient = RedisClient & {
  hgetall(key: string): Promise<Record<string, string>>;
  hdel(key: string, field: string): Promise<number>;
  factorsTrust(...args: (string | number)[]): Promise<number>;
  factorsUntrust(...args: string[]): Promise<unknown>;
  factorsRetrust(key: string, ...args: string[]): Promise<number>;
};

/** Trusted devices on Redis: one hash for each account. */
export function redisTrusted(
  client: RedisClient,
  connection: RedisConnection,
  prefix: string,
): TrustedDevices {
  const redis = client as TrustedClient;
  redis.defineCommand("factorsTrust", { lua: ADD, numberOfKeys: 2 });
  redis.defineCommand("factorsUntrust", { lua: WITHDRAW_ADD, numberOfKeys: 2 });
  redis.defineCommand("factorsRetrust", { lua: REPLACE, numberOfKeys: 1 });
  const keyOf = (account: string) => `${prefix}d${account}`;
  return {
    async add(account, id, value, _now, { most, ttlMs }) {
      const keys = [keyOf(account), attemptKey(prefix)];
      await connection.run(
        () => redis.factorsTrust(...keys, id, value, most, ttlMs),
        undefined,
        () => redis.factorsUntrust(...keys, id),
      );
    },
    async list(account) {
      const all = await connection.run(() => redis.hgetall(keyOf(account)));
      return Object.entries(all).map(([id, value]) => ({ id, value }));
    },
    async replace(account, id, { before, after }) {
      const replaced = await connection.run(
        () => redis.factorsRetrust(keyOf(account), id, before, after),
        undefined,
        () => redis.factorsRetrust(keyOf(account), id, after, before),
      );
      return replaced === 1;
    },
    async remove(account, id) {
      await connection.run(() => redis.hdel(keyOf(account), id));
    },
    async removeAll(account) {
      await connection.run(() => redis.del(keyOf(account)));
    },
  };
}
