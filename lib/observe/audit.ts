import type { FactorEvent, FactorEventName, FactorEvents } from "../events.ts";
import { checkNames, integer, parseOptions } from "../options.ts";
import { redisClient } from "../stores/redis-client.ts";
import { redisConnection, type RedisClient } from "../stores/redis-connection.ts";

/** Options of `audit`; docs/options.md has every default, unit and range. */
export interface AuditOptions {
  /** Before the stream's key. @default "{factors}" */
  prefix?: string;
  /** Attempts that are kept at most, 1000 to 10 000 000; Redis rounds up by about a hundred. @default 100 000 */
  maxEntries?: number;
  /** Days that an attempt is kept, 1 to 3650. @default 90 */
  keepDays?: number;
}

/** One thing that happened, as it was told to listeners at that time. */
export interface AuditEntry extends FactorEvent {
  /** Its place in the stream; `after` of the next page. */
  id: string;
  /** The event. */
  name: FactorEventName;
}

/** What to look for. */
export interface AuditQuery {
  /** Only what happened to this account. */
  account?: string;
  /** Milliseconds since the epoch, both included. */
  since?: number;
  /** No later than this, in milliseconds since 1970. */
  until?: number;
  /** The `id` of the last entry of the page before. */
  after?: string;
  /** 1 to 1000. @default 100 */
  limit?: number;
}

/** What was tried, by whom and how it ended; phone numbers as fingerprints, no codes. */
export interface AuditTrail {
  /** The oldest first. Throws `store_unavailable`. */
  read(query?: AuditQuery): Promise<AuditEntry[]>;
  /** Forgets what happened to an account; answers how many entries that were. */
  erase(account: string): Promise<number>;
  /** Writes what was heard and not written yet, and listens no more. */
  close(): Promise<void>;
}

const PAGE = 1000;
const QUERY_NAMES = { account: true, since: true, until: true, after: true, limit: true } as const;

/** The bounds; the reference page is made from this. */
export const auditSchema = {
  maxEntries: integer({
    default: 100_000,
    min: 1000,
    max: 10_000_000,
    about: "Attempts that are kept at most; Redis rounds up by about a hundred.",
  }),
  keepDays: integer({ default: 90, min: 1, max: 3650, unit: "days", about: "How long an attempt is kept." }),
};

/** One script, so that the stream never stands without its bounds. */
const APPEND = `
for i = 4, #ARGV do redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'e', ARGV[i]) end
redis.call('XTRIM', KEYS[1], 'MINID', '~', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return #ARGV - 3`;

type StreamClient = RedisClient & {
  factorsAudit(key: string, ...args: (string | number)[]): Promise<number>;
  xrange(key: string, from: string, to: string, count: "COUNT", most: number): Promise<[string, string[]][]>;
  xdel(key: string, ...ids: string[]): Promise<number>;
};

/**
 * Keeps every event in a bounded Redis stream, from now on, on the app's own client, as `redisStore` takes it. Writing waits for nobody and holds nobody
 * up: what Redis cannot take is lost, and told to `onError`.
 *
 * @example
 * const audit = auditTrail(factors, redis);
 * const attempts = await audit.read({ account: "42", since: Date.now() - 86_400_000 });
 */
export function auditTrail(
  factors: { readonly events: FactorEvents; report(error: unknown): void },
  client: object,
  options: AuditOptions = {},
): AuditTrail {
  checkNames("auditTrail", options, { prefix: true, maxEntries: true, keepDays: true });
  const { prefix = "{factors}", ...bounds } = options;
  const { maxEntries, keepDays } = parseOptions("auditTrail", auditSchema, bounds);
  const redis = redisClient(client, "auditTrail: the second argument") as StreamClient;
  redis.defineCommand("factorsAudit", { lua: APPEND, numberOfKeys: 1 });
  const connection = redisConnection(redis);
  const key = `${prefix}:audit`;
  const keepMs = keepDays * 24 * 60 * 60_000;
  let heard: string[] = [];
  let writing: Promise<void> | undefined;

  const stop = factors.events.onAny((name, event) => {
    // Redis that is away for long must not fill this process.
    if (heard.length >= PAGE) return;
    heard.push(JSON.stringify({ name, ...event }));
    writing ??= write();
  });

  /** What was heard in one turn leaves in one write. */
  async function write(): Promise<void> {
    await Promise.resolve();
    while (heard.length > 0) {
      const batch = heard;
      heard = [];
      try {
        await connection.run(() =>
          redis.factorsAudit(key, maxEntries, Date.now() - keepMs, keepMs, ...batch),
        );
      } catch (error) {
        factors.report(error);
      }
    }
    writing = undefined;
  }

  /** Page by page, so that a long trail blocks nobody. */
  async function* pages(from: string, to: string): AsyncGenerator<AuditEntry[]> {
    let start = from;
    for (;;) {
      const page = await connection.run(() => redis.xrange(key, start, to, "COUNT", PAGE));
      yield page.map(entryOf);
      if (page.length < PAGE) return;
      start = `(${page[PAGE - 1]?.[0]}`;
    }
  }

  return {
    async read(query: AuditQuery = {}) {
      checkNames("auditTrail.read", query, QUERY_NAMES);
      const { account, since = 0, until, after, limit = 100 } = query;
      if (!Number.isInteger(limit) || limit < 1 || limit > PAGE)
        throw new TypeError(`auditTrail: limit must be an integer from 1 to ${PAGE}`);
      // What this process has heard before is on its way; it is part of the answer.
      await writing;
      const found: AuditEntry[] = [];
      const from = after === undefined ? String(since) : `(${after}`;
      for await (const page of pages(from, until === undefined ? "+" : String(until))) {
        found.push(...page.filter((each) => account === undefined || each.account === account));
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },
    async erase(account) {
      await writing;
      let erased = 0;
      for await (const page of pages("-", "+")) {
        const ids = page.filter((each) => each.account === account).map(({ id }) => id);
        if (ids.length > 0) erased += await connection.run(() => redis.xdel(key, ...ids));
      }
      return erased;
    },
    async close() {
      stop();
      await writing;
    },
  };
}

function entryOf([id, [, text = "{}"]]: [string, string[]]): AuditEntry {
  const entry = JSON.parse(text) as Omit<AuditEntry, "id">;
  return { ...entry, id };
}
