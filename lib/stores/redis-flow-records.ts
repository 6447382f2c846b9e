import type { FlowRecord, FlowRecords } from "./flow-records.ts";
import { ATTEMPT, attemptKey } from "./redis-attempts.ts";
import type { RedisClient, RedisConnection } from "./redis-connection.ts";

/** KEYS where it stands, where it stands from now on, attempt. ARGV "generation state ", the new record, ttl. Answers 1 when it was moved. */
const MOVE = `${ATTEMPT}
local made = attempted(KEYS[3])
if made then return made end
local before = redis.call('GET', KEYS[1])
if not before or string.sub(before, 1, #ARGV[1]) ~= ARGV[1] then return 0 end
remember(KEYS[3], 1, {before = before, ttl = redis.call('PTTL', KEYS[1])})
if KEYS[1] ~= KEYS[2] then redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1
`;

/** KEYS as above. ARGV the new record. What others have written since stays. */
const WITHDRAW_MOVE = `${ATTEMPT}
local undo = withdrawn(KEYS[3])
if not undo or redis.call('GET', KEYS[2]) ~= ARGV[1] then return end
if KEYS[1] ~= KEYS[2] then redis.call('DEL', KEYS[2]) end
if undo.ttl > 0 then redis.call('SET', KEYS[1], undo.before, 'PX', undo.ttl) end
`;

type FlowClient = RedisClient & {
  set(key: string, value: string, px: "PX", ttlMs: number): Promise<unknown>;
  factorsMove(...args: (string | number)[]): Promise<number>;
  factorsUnmove(...args: string[]): Promise<unknown>;
};

/** Records of flows on Redis, each "generation state value". The server's own clock ends them. */
export function redisFlowRecords(
  client: RedisClient,
  connection: RedisConnection,
  prefix: string,
): FlowRecords {
  const redis = client as FlowClient;
  redis.defineCommand("factorsMove", { lua: MOVE, numberOfKeys: 3 });
  redis.defineCommand("factorsUnmove", { lua: WITHDRAW_MOVE, numberOfKeys: 3 });
  const keyOf = (key: string) => `${prefix}l${key}`;
  return {
    async put(key, record, _now, ttlMs) {
      await connection.run(() => redis.set(keyOf(key), textOf(record), "PX", ttlMs));
    },
    read: async (key) => recordOf(await connection.run(() => redis.get(keyOf(key)))),
    async move(key, { from, to, toKey = key }, _now, ttlMs) {
      const keys = [keyOf(key), keyOf(toKey), attemptKey(prefix)];
      const text = textOf(to);
      const moved = await connection.run(
        () => redis.factorsMove(...keys, `${from.generation} ${from.state} `, text, ttlMs),
        undefined,
        () => redis.factorsUnmove(...keys, text),
      );
      return moved === 1;
    },
    async remove(key) {
      await connection.run(() => redis.del(keyOf(key)));
    },
  };
}

const textOf = ({ generation, state, value }: FlowRecord) => `${generation} ${state} ${value}`;

function recordOf(text: string | null): FlowRecord | undefined {
  const [generation, state, value] = text?.split(" ") ?? [];
  if (generation === undefined || state === undefined || value === undefined) return undefined;
  return { generation: Number(generation), state, value };
}
