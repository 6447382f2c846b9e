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
if not withdrawn(KEYS[1]) or redis.call('GET', KEYS[2]) ~= ARGV[3] then return end
redis.call('DEL', KEYS[2], KEYS[3])
if ARGV[2] == '' then return end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[4])
redis.call('SET', KEYS[4], ARGV[1], 'PX', ARGV[4], 'NX')
`;

/** KEYS record, fingerprint. ARGV text before. */
const REMOVE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1], KEYS[2])
return 1
`;

type RecordsClient = RedisClient & {
  /** Of a Cluster client. */
  nodes?(role: "master"): RecordsClient[];
  mget(...keys: string[]): Promise<(string | null)[]>;
  scan(
    cursor: string,
    match: "MATCH",
    pattern: string,
    count: "COUNT",
    most: number,
  ): Promise<[string, string[]]>;
  factorsWriteRecord(...args: (string | number)[]): Promise<number>;
  factorsUnwriteRecord(...args: (string | number)[]): Promise<unknown>;
  factorsRemoveRecord(...args: string[]): Promise<number>;
};

interface ScanServer {
  name: string;
  client: RecordsClient;
  /** The master after this one. */
  next: string | undefined;
}

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
      const [server, place] = await nextServer(cursor);
      if (server === undefined) return { ids: [], cursor: "" };
      // ioredis puts its keyPrefix before keys, but not before a pattern, and leaves it in front of what was found.
      const start = `${client.options?.keyPrefix ?? ""}${prefix}v`;
      // What a pattern would read as one of its own signs is escaped.
      const pattern = `${start.replace(/[\\*?[\]^]/g, "\\$&")}*`;
      const [next, keys] = await connection.run(() =>
        server.client.scan(place, "MATCH", pattern, "COUNT", PAGE),
      );
      const ids = keys.map((key) => key.slice(start.length));
      if (next !== "0") return { ids, cursor: `${server.name}|${next}` };
      return { ids, cursor: server.next === undefined ? "" : `${server.next}|0` };
    },
  };

  /** A cluster is gone through master by master; where the one of the cursor is a master no more, from the beginning. */
  async function nextServer(cursor: string): Promise<[ScanServer | undefined, string]> {
    if (redis.isCluster !== true)
      return [{ name: "", client: redis, next: undefined }, cursor.slice(1) || "0"];
    if (redis.status !== "ready") await connection.run(() => redis.ping());
    const masters = (redis.nodes?.("master") ?? [])
      .map((each) => ({ name: `${each.options?.host}:${each.options?.port}`, client: each }))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const [name, place = "0"] = cursor.split("|");
    const found = masters.findIndex((each) => each.name === name);
    const at = Math.max(0, found);
    const master = masters[at];
    if (master === undefined) return [undefined, "0"];
    return [{ ...master, next: masters[at + 1]?.name }, found === -1 ? "0" : place];
  }
}
