import { RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible";
import { redisConnection, type RedisClient } from "./redis-connection.ts";
import { ISSUE, REVOKE, VERIFY } from "./redis-scripts.ts";
import { HOUR_MS, readSendLog, sendWait, windowWait } from "./send-log.ts";
import type { ChallengeKeys, IssueAnswer, LimiterPolicy, Store, VerifyAnswer } from "./store.ts";

export interface RedisStoreOptions {
  /** Before every key; holds a `{hash tag}`, so that every multi-key step lies in one slot. @default "{factors}" */
  prefix?: string;
}

type Reply = (string | number | Buffer)[];
type Arguments = (string | number | Buffer)[];
type Script = (...args: Arguments) => Promise<Reply>;
type Scripted = RedisClient & { factorsIssueBuffer: Script; factorsVerify: Script; factorsRevoke: Script };

/** Digests and sealed codes arrive as base64url and are kept as bytes, a quarter smaller. */
const toBytes = (text: string) => Buffer.from(text, "base64url");

/**
 * A store on the app's own Redis (6.2 or newer; Valkey) through its own ioredis client. Every verb is one script, atomic, in
 * one slot; answers within a second or throws `store_unavailable`. Throws a TypeError for a prefix without a hash tag.
 */
export function redisStore(client: object, { prefix = "{factors}" }: RedisStoreOptions = {}): Store {
  const redis = client as Scripted;
  if (typeof redis?.defineCommand !== "function")
    throw new TypeError("redisStore: the first argument must be an ioredis client");
  if (!/\{[^}]+\}/.test(prefix))
    throw new TypeError('redisStore: prefix must hold a hash tag, such as "{factors}"');
  redis.defineCommand("factorsIssue", { lua: ISSUE, numberOfKeys: 5 });
  redis.defineCommand("factorsVerify", { lua: VERIFY, numberOfKeys: 4 });
  redis.defineCommand("factorsRevoke", { lua: REVOKE, numberOfKeys: 2 });
  const connection = redisConnection(redis);
  const keyList = ({ challenge, number, guesses, failures }: ChallengeKeys) =>
    [
      `${prefix}c${challenge}`,
      `${prefix}n${number}`,
      `${prefix}g${guesses}`,
      `${prefix}f${failures}`,
    ] as const;

  return {
    name: "redis",
    async issue({ keys, accountKey, now, ttlMs, digest, sealed, resend, sends, guesses }) {
      // Always five keys: a count in front would be taken for the first key where auto-pipelining picks the Cluster node.
      const all = [...keyList(keys), `${prefix}a${accountKey ?? ""}`];
      const limits = [
        sends.cooldownsMs.join(" "),
        sends.perHour,
        sends.perDay,
        guesses.perCode,
        guesses.perHour,
        guesses.inARow,
        accountKey === undefined ? 0 : 1,
      ];
      const reply = await connection.run(() =>
        redis.factorsIssueBuffer(...all, now, ttlMs, toBytes(digest), toBytes(sealed), resend, ...limits),
      );
      return issueAnswer(reply);
    },
    async verify({ keys, now, digests, guesses }) {
      const reply = await connection.run(() =>
        redis.factorsVerify(...keyList(keys), now, guesses.perHour, guesses.inARow, ...digests.map(toBytes)),
      );
      return verifyAnswer(reply.map(Number));
    },
    async read({ keys, now, sends, guesses }) {
      const [challengeKey, numberKey, guessKey] = keyList(keys);
      // Only looked at: nothing is decided by this answer, so plain commands in one write will do.
      const [live, log, wrong] = await connection.run(() =>
        Promise.all([redis.hmget(challengeKey, "l", "e"), redis.get(numberKey), redis.get(guessKey)]),
      );
      const spent = readSendLog(wrong, now).times.filter((time) => now - time < HOUR_MS);
      const guessWait = windowWait(spent, now, guesses.perHour, HOUR_MS);
      const resendAfterMs = Math.max(guessWait, sendWait(readSendLog(log, now), now, sends));
      const [left, expiresAt] = live.map(Number) as [number, number];
      if (typeof live[0] !== "string" || now >= expiresAt) return { resendAfterMs };
      return {
        challenge: {
          attemptsRemaining: Math.max(0, Math.min(left, guesses.perHour - spent.length)),
          expiresAt,
        },
        resendAfterMs,
      };
    },
    async revoke({ keys, liftCooldown }) {
      const [challengeKey, numberKey] = keyList(keys);
      await connection.run(() => redis.factorsRevoke(challengeKey, numberKey, liftCooldown ? 1 : 0));
    },
    async reset(failuresKey) {
      await connection.run(() => redis.del(`${prefix}f${failuresKey}`));
    },
    limiter: (policy) => redisLimiter(redis, prefix, policy),
    async ping() {
      await connection.run(() => redis.ping());
    },
  };
}

function issueAnswer(reply: Reply): IssueAnswer {
  const [kind = -1, ...rest] = reply;
  if (Number(kind) === -1) return { outcome: "disabled" };
  if (Number(kind) === 0) return { outcome: "limited", retryAfterMs: Number(rest[0]) };
  const [repeated, sealed, left, expiresAt, wait] = rest as [number, Buffer, number, Buffer, number];
  return {
    outcome: "issued",
    repeated: Number(repeated) === 1,
    sealed: sealed.toString("base64url"),
    attemptsRemaining: Number(left),
    expiresAt: Number(expiresAt),
    resendAfterMs: Number(wait),
  };
}

function verifyAnswer([kind, n = 0, disabled = 0]: number[]): VerifyAnswer {
  switch (kind) {
    case 1:
      return { outcome: "passed" };
    case 2:
      return { outcome: "mismatch", attemptsRemaining: n, nowDisabled: disabled === 1 };
    case 3:
      return { outcome: "expired" };
    case 4:
      return { outcome: "exhausted", nowDisabled: disabled === 1 };
    case 5:
      return { outcome: "limited", retryAfterMs: n };
    default:
      return { outcome: "disabled" };
  }
}

/** One key per client address; while Redis is away the same limit holds in this process's memory. */
function redisLimiter(
  client: RedisClient,
  prefix: string,
  { name, points, durationSeconds }: LimiterPolicy,
): RateLimiterRedis {
  const limits = { points, duration: durationSeconds };
  return new RateLimiterRedis({
    ...limits,
    storeClient: client,
    keyPrefix: `${prefix}i${name}`,
    rejectIfRedisNotReady: true,
    insuranceLimiter: new RateLimiterMemory({ ...limits, keyPrefix: name }),
  });
}
