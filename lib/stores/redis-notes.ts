import type { Notes } from "./notes.ts";
import { ATTEMPT, attemptKey } from "./redis-attempts.ts";
import type { RedisClient, RedisConnection } from "./redis-connection.ts";

/** KEYS note, attempt. ARGV rank, value, ttl. A note is "rank value"; one of the same or a higher rank stays. Answers 1 when it was written. */
const ADVANCE = `${ATTEMPT}
local made = attempted(KEYS[2])
if made then return made end
local before = redis.call('GET', KEYS[1])
local rank = tonumber(string.match(before or '', '^%d+'))
if rank and rank >= tonumber(ARGV[1]) then return 0 end
remember(KEYS[2], 1, {before = before, ttl = redis.call('PTTL', KEYS[1])})
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2], 'PX', ARGV[3])
return 1
`;

/** KEYS note, attempt. ARGV rank, value. What others have written since stays. */
const WITHDRAW_ADVANCE = `${ATTEMPT}
local undo = withdrawn(KEYS[2])
if not undo or redis.call('GET', KEYS[1]) ~= ARGV[1] .. ' ' .. ARGV[2] then return end
if undo.before and undo.ttl > 0 then redis.call('SET', KEYS[1], undo.before, 'PX', undo.ttl) else redis.call('DEL', KEYS[1]) end
`;

/** KEYS note, attempt. Answers the note. */
const TAKE = `${ATTEMPT}
local made = attempted(KEYS[2])
if made then return made end
local text = redis.call('GET', KEYS[1])
if not text then return false end
remember(KEYS[2], text, {text = text, ttl = redis.call('PTTL', KEYS[1])})
redis.call('DEL', KEYS[1])
return text
`;

/** KEYS note, attempt. */
const WITHDRAW_TAKE = `${ATTEMPT}
local undo = withdrawn(KEYS[2])
if undo and undo.ttl > 0 then redis.call('SET', KEYS[1], undo.text, 'PX', undo.ttl, 'NX') end
`;

/** KEYS note. ARGV the note as it was. */
const DROP = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`;

type NoteClient = RedisClient & {
  set(key: string, value: string, px: "PX", ttlMs: number): Promise<unknown>;
  factorsAdvance(...args: (string | number)[]): Promise<number>;
  factorsUnadvance(...args: (string | number)[]): Promise<unknown>;
  factorsTake(...keys: string[]): Promise<string | null>;
  factorsDrop(key: string, value: string): Promise<number>;
  factorsUntake(...keys: string[]): Promise<unknown>;
};

/** Notes on Redis. The server's own clock ends them. */
export function redisNotes(client: RedisClient, connection: RedisConnection, prefix: string): Notes {
  const redis = client as NoteClient;
  redis.defineCommand("factorsAdvance", { lua: ADVANCE, numberOfKeys: 2 });
  redis.defineCommand("factorsUnadvance", { lua: WITHDRAW_ADVANCE, numberOfKeys: 2 });
  redis.defineCommand("factorsTake", { lua: TAKE, numberOfKeys: 2 });
  redis.defineCommand("factorsUntake", { lua: WITHDRAW_TAKE, numberOfKeys: 2 });
  redis.defineCommand("factorsDrop", { lua: DROP, numberOfKeys: 1 });
  const keyOf = (key: string) => `${prefix}t${key}`;
  return {
    async put(key, value, _now, ttlMs, insist = false) {
      const put = () => redis.set(keyOf(key), value, "PX", ttlMs);
      await (insist ? connection.insist(put) : connection.run(put));
    },
    read: async (key) => (await connection.run(() => redis.get(keyOf(key)))) ?? undefined,
    async take(key) {
      const keys = [keyOf(key), attemptKey(prefix)];
      const taken = await connection.run(
        () => redis.factorsTake(...keys),
        undefined,
        () => redis.factorsUntake(...keys),
      );
      return taken ?? undefined;
    },
    drop: async (key, value) => connection.insist(() => redis.factorsDrop(keyOf(key), value)),
    async advance(key, { rank, value }, _now, ttlMs) {
      const keys = [keyOf(key), attemptKey(prefix)];
      const written = await connection.run(
        () => redis.factorsAdvance(...keys, rank, value, ttlMs),
        undefined,
        () => redis.factorsUnadvance(...keys, rank, value),
      );
      return written === 1;
    },
  };
}
