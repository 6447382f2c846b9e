import { ATTEMPT, attemptKey } from "./redis-attempts.ts";
import type { RedisClient, RedisConnection } from "./redis-connection.ts";
import { MOST_TAKEN, type Records, type SealedRecord } from "./records.ts";

/** As good as for ever; yet every key has an expiry. */
const LIFE_MS = 10 * 365 * 86_400_000;
const PAGE = 100;

/**
 * KEYS attempt, record, fingerprint, fingerprint before, others that may be taken (always as many). ARGV id, text before, text, life. Answers 1 when
 * it was written.
 */
const WRITE = `${ATTEMPT}
local made = attempted(KEYS[1])
if made then return made end
if (redis.call('GET', KEYS[2]) or '') ~= ARGV[2] then return 0 end
for i = 3, #KEYS do
  local holder = i ~= 4 and redis.call('GET', KEYS[i])
  if holder and holder ~= ARGV[1] then return 0 end
end
if KEYS[4] ~= KEYS[3] then redis.call('DEL', KEYS[4]) end
redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[4])
remember(KEYS[1], 1, true)
return 1
`;

/** KEYS attempt, record, fingerprint, fingerprint before. ARGV id, text before, text, life. What others have written since stays. */
const WITHDRAW_WRITE = `${ATTEMPT}
if not withdrawn(KEYS[1]) or redis.call('GET', KEYS[2]) ~= ARGV[3] then return 0 end
redis.call('DEL', KEYS[2], KEYS[3])
if ARGV[2] == '' then return 1 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[4])
redis.call('SET', KEYS[4], ARGV[1], 'PX', ARGV[4], 'NX')
return 1
`;

/** KEYS record, fingerprint. ARGV text before. */
const REMOVE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1], KEYS[2])
return 1
`;

type RecordsClient = RedisClient & {
  mget(...keys: string[]): Promise<(string | null)[]>;
  scan(
    cursor: string,
    match: "MATCH",
    pattern: string,
    count: "COUNT",
    most: number,
  ): Promise<[string, string[]]>;
  factorsWriteRecord(...args: (string | number)[]): Promise<number>;
  factorsUnwriteRecord(...args: (string | number)[]): Promise<number>;
  factorsRemoveRecord(...args: string[]): Promise<number>;
};

/** Records on Redis: one key for each, and one for its fingerprint. */
export function redisRecords(client: RedisClient, connection: RedisConnection, prefix: string): Records {
  const redis = client as RecordsClient;
  redis.defineCommand("factorsWriteRecord", { lua: WRITE, numberOfKeys: 4 + MOST_TAKEN });
  redis.defineCommand("factorsUnwriteRecord", { lua: WITHDRAW_WRITE, numberOfKeys: 4 });
  redis.defineCommand("factorsRemoveRecord", { lua: REMOVE, numberOfKeys: 2 });
  const recordKey = (id: string) => `${prefix}v${id}`;
  const holderKey = (fingerprint: string) => `${prefix}w${fingerprint}`;
  const textOf = (record: SealedRecord | undefined) =>
    record === undefined ? "" : `${record.fingerprint} ${record.sealed}`;

  return {
    async write({ id, record, taken, before }) {
      if (taken.length > MOST_TAKEN)
        throw new TypeError(`records: at most ${MOST_TAKEN} secrets may be in use at once`);
      const own = holderKey(record.fingerprint);
      const others = Array.from({ length: MOST_TAKEN }, (_, i) => {
        const fingerprint = taken[i];
        return fingerprint === undefined ? own : holderKey(fingerprint);
      });
      const formerly = holderKey((before ?? record).fingerprint);
      const keys = [attemptKey(prefix), recordKey(id), own, formerly, ...others];
      const values = [id, textOf(before), textOf(record), LIFE_MS];
      const written = await connection.run(
        () => redis.factorsWriteRecord(...keys, ...values),
        undefined,
        () => redis.factorsUnwriteRecord(...keys.slice(0, 4), ...values),
      );
      return written === 1;
    },
    async read(id) {
      const text = await connection.run(() => redis.get(recordKey(id)));
      const [fingerprint, sealed] = text?.split(" ") ?? [];
      return fingerprint === undefined || sealed === undefined ? undefined : { fingerprint, sealed };
    },
    async find(fingerprints) {
      const holders = await connection.run(() => redis.mget(...fingerprints.map(holderKey)));
      return holders.find((each) => each !== null) ?? undefined;
    },
    async remove(id, before) {
      const keys = [recordKey(id), holderKey(before.fingerprint)];
      return (await connection.run(() => redis.factorsRemoveRecord(...keys, textOf(before)))) === 1;
    },
    async scan(cursor) {
      // What a pattern would read as one of its own signs is escaped.
      const pattern = `${prefix.replace(/[\\*?[\]^]/g, "\\$&")}v*`;
      const [next, keys] = await connection.run(() =>
        redis.scan(cursor === "" ? "0" : cursor, "MATCH", pattern, "COUNT", PAGE),
      );
      return { ids: keys.map((key) => key.slice(prefix.length + 1)), cursor: next === "0" ? "" : next };
    },
  };
}
