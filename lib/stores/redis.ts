import { RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible";
import { redisConnection, type RedisClient } from "./redis-connection.ts";
import { redisNotes } from "./redis-notes.ts";
import { redisRecords } from "./redis-records.ts";
import { redisTrusted } from "./redis-trusted.ts";
import { redisSaved } from "./redis-saved.ts";
import {
  ISSUE,
  ISSUE_SPENDING,
  OVER_AT_ISSUE,
  OVER_AT_VERIFY,
  REVOKE,
  TAKE_BACK,
  VERIFY,
  WAITS,
} from "./redis-scripts.ts";
import { HOUR_MS, readSendLog, sendWait, windowWait } from "./send-log.ts";
import { MOST_CAPS, type Spending } from "./spending.ts";
import type {
  Admission,
  ChallengeKeys,
  IssueAnswer,
  IssueRequest,
  LimiterPolicy,
  Store,
  VerifyAnswer,
  VerifyRequest,
} from "./store.ts";

export interface RedisStoreOptions {
  /** Before every key; holds a `{hash tag}`, so that every multi-key step lies in one slot. @default "{factors}" */
  prefix?: string;
}

type Script<Reply> = (...args: (string | number)[]) => Promise<Reply>;
/** Words, and behind them the sealed code where it is repeated. */
type IssueReply = string | [string, string];
type Scripted = RedisClient &
  Record<"factorsVerify" | "factorsTakeBack" | "factorsRevoke", Script<string>> &
  Record<"factorsIssue" | `factorsSpend${number}`, Script<IssueReply>>;

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
  redis.defineCommand("factorsIssue", { lua: ISSUE, numberOfKeys: 6 });
  // A count of keys in front of them would be taken for the first key where auto-pipelining picks the Cluster node.
  for (let caps = 0; caps <= MOST_CAPS; caps++)
    redis.defineCommand(`factorsSpend${caps}`, { lua: ISSUE_SPENDING, numberOfKeys: 8 + caps });
  redis.defineCommand("factorsVerify", { lua: VERIFY, numberOfKeys: 6 });
  redis.defineCommand("factorsTakeBack", { lua: TAKE_BACK, numberOfKeys: 2 });
  redis.defineCommand("factorsRevoke", { lua: REVOKE, numberOfKeys: 3 });
  const connection = redisConnection(redis);
  const keyList = ({ challenge, number, guesses, failures }: ChallengeKeys) =>
    [
      `${prefix}c${challenge}`,
      `${prefix}n${number}`,
      `${prefix}g${guesses}`,
      `${prefix}f${failures}`,
    ] as const;
  const limiterPrefix = (name: string) => `${prefix}i${name}`;
  /** As rate-limiter-flexible spells it. */
  const addressKey = (admission: Admission | undefined) =>
    admission === undefined
      ? limiterPrefix("")
      : `${limiterPrefix(admission.bucket.limiter)}:${admission.bucket.key}`;
  const pointsOf = (admission: Admission | undefined) => admission?.bucket.points ?? -1;
  const breakerKey = (key: string | undefined) => `${prefix}r${key ?? ""}`;

  /** While Redis is away the limiter counts in memory, and no bucket tells of it. */
  const countedElsewhere = (admission: Admission | undefined) =>
    admission !== undefined && redis.status !== "ready";

  function issue(request: IssueRequest): Promise<IssueAnswer> {
    if (countedElsewhere(request.admission)) return admitted(request, issue);
    const { keys, accountKey, now, ttlMs, digest, sealed, resend, sends, guesses, spending, admission } =
      request;
    const account = `${prefix}a${accountKey ?? ""}`;
    const byAccount = accountKey === undefined ? 0 : 1;
    const limits = `${sends.perHour},${sends.perDay},${guesses.perCode},${guesses.perHour},${guesses.inARow}`;
    const what = `${now},${ttlMs},${resend === "same" ? 1 : 0},${limits},${byAccount},${pointsOf(admission)},[${sends.cooldownsMs.join()}]`;
    const values = `${what},${JSON.stringify(keys.lane)},"${digest}","${sealed}"`;
    const names = [...keyList(keys), account, addressKey(admission)];
    return connection.run(
      () => {
        if (spending === undefined) return redis.factorsIssue(...names, `[${values}]`);
        const { breaker, neighbours, caps } = spending;
        names.push(breakerKey(breaker?.key), `${prefix}k${neighbours?.key ?? ""}`);
        for (const { key } of caps) names.push(`${prefix}q${key}`);
        const spend = redis[`factorsSpend${caps.length}`] as Script<IssueReply>;
        return spend.call(redis, ...names, `[${values},${spendingValues(spending)}]`);
      },
      (reply) =>
        reply === OVER_AT_ISSUE ? admitted(request, issue) : issueAnswer(reply, sealed, spending?.caps),
    );
  }

  function verify(request: VerifyRequest): Promise<VerifyAnswer> {
    if (countedElsewhere(request.admission)) return admitted(request, verify);
    const { keys, now, digests, guesses, counted = false, breakerKey: breaker, admission } = request;
    const what = `${now},${guesses.perHour},${guesses.inARow},${counted ? 1 : 0},${breaker === undefined ? 0 : 1}`;
    const values = `[${what},${pointsOf(admission)},${JSON.stringify([keys.lane, ...digests]).slice(1)}`;
    return connection.run(
      () => redis.factorsVerify(...keyList(keys), breakerKey(breaker), addressKey(admission), values),
      (reply) =>
        reply === OVER_AT_VERIFY ? admitted(request, verify) : verifyAnswer(reply.split(" ").map(Number)),
    );
  }

  return {
    name: "redis",
    issue,
    verify,
    async read({ keys, now, sends, guesses }) {
      const [challengeKey, numberKey, guessKey] = keyList(keys);
      // Only looked at: nothing is decided by this answer, so plain commands in one write will do.
      const [live, log, wrong] = await connection.run(() =>
        Promise.all([redis.get(challengeKey), redis.get(numberKey), redis.hmget(guessKey, keys.lane)]),
      );
      const spent = readSendLog(wrong[0], now).times.filter((time) => now - time < HOUR_MS);
      const guessWait = windowWait(spent, now, guesses.perHour, HOUR_MS);
      const resendAfterMs = Math.max(guessWait, sendWait(readSendLog(log, now), now, sends));
      const [left = 0, expiresAt = 0] = (live ?? "").split(" ", 2).map(Number);
      if (now >= expiresAt) return { resendAfterMs };
      return {
        challenge: {
          attemptsRemaining: Math.max(0, Math.min(left, guesses.perHour - spent.length)),
          expiresAt,
        },
        resendAfterMs,
      };
    },
    async revoke({ keys, now, liftCooldown, breakerKey: breaker }) {
      const [challengeKey, numberKey] = keyList(keys);
      const args = [liftCooldown ? 1 : 0, now, breaker === undefined ? 0 : 1];
      await connection.run(() => redis.factorsRevoke(challengeKey, numberKey, breakerKey(breaker), ...args));
    },
    async reset(failuresKey) {
      await connection.run(() => redis.del(`${prefix}f${failuresKey}`));
    },
    async unlock(guessesKey) {
      await connection.run(() => redis.del(`${prefix}g${guessesKey}`));
    },
    async takeBack({ keys, now: _serverTime }) {
      const { guesses, failures, lane } = keys;
      await connection.run(() =>
        redis.factorsTakeBack(`${prefix}g${guesses}`, `${prefix}f${failures}`, lane),
      );
    },
    saved: redisSaved(redis, connection, prefix),
    notes: redisNotes(redis, connection, prefix),
    records: redisRecords(redis, connection, prefix),
    trusted: redisTrusted(redis, connection, prefix),
    limiter: (policy) => redisLimiter(redis, limiterPrefix(policy.name), policy),
    async ping() {
      await connection.run(() => redis.ping());
    },
  };
}

/** Once the limiter has let it in: it was counted elsewhere, or others overtook it between the limiter's command and the script. */
async function admitted<Request extends { admission?: Admission | undefined }, Answer>(
  request: Request,
  again: (request: Request) => Promise<Answer>,
): Promise<Answer> {
  await request.admission?.counted;
  return again({ ...request, admission: undefined });
}

/** What is counted over all accounts, as the script reads it. */
function spendingValues({ breaker, neighbours, caps }: Spending): string {
  const judged = breaker === undefined ? "-1,0,0" : `${breaker.minimum},${breaker.share},${breaker.pauseMs}`;
  const near =
    neighbours === undefined ? "0,-1,1" : `${neighbours.cell},${neighbours.most},${neighbours.windowMs}`;
  return [
    judged,
    near,
    ...caps.map(({ most, windowMs, pauses }) => `${most},${windowMs},${pauses ? 1 : 0}`),
  ].join();
}

function issueAnswer(reply: IssueReply, fresh: string, caps: Spending["caps"] = []): IssueAnswer {
  const [words, live] = Array.isArray(reply) ? reply : [reply, undefined];
  const [kind, n = 0, second = 0, third = 0] = words.split(" ").map(Number);
  switch (kind) {
    case 0:
      return { outcome: "limited", retryAfterMs: n, limit: WAITS[second] ?? "number" };
    case -1:
      return { outcome: "disabled" };
    case -2:
      return {
        outcome: "paused",
        retryAfterMs: n,
        limit: caps[third]?.limit ?? "breaker",
        tripped: second === 1,
      };
    case -4:
      return { outcome: "limited", retryAfterMs: n, limit: caps[second]?.limit ?? "block" };
  }
  return {
    outcome: "issued",
    repeated: live !== undefined,
    sealed: live ?? fresh,
    attemptsRemaining: n,
    expiresAt: second,
    resendAfterMs: third,
  };
}

function verifyAnswer([kind, n = 0, disabled = 0, locked = 0]: number[]): VerifyAnswer {
  const consequences = { nowDisabled: disabled === 1, nowLocked: locked === 1 };
  switch (kind) {
    case 1:
      return { outcome: "passed", resumed: n === 1 };
    case 2:
      return { outcome: "mismatch", attemptsRemaining: n, ...consequences };
    case 3:
      return { outcome: "expired" };
    case 4:
      return { outcome: "exhausted", counted: n === 1, ...consequences };
    case 5:
      return { outcome: "limited", retryAfterMs: n };
    default:
      return { outcome: "disabled" };
  }
}

/** One key per client address; while Redis is away the same limit holds in this process's memory. */
function redisLimiter(
  client: RedisClient,
  keyPrefix: string,
  { name, points, durationSeconds }: LimiterPolicy,
): RateLimiterRedis {
  const limits = { points, duration: durationSeconds };
  return new RateLimiterRedis({
    ...limits,
    storeClient: client,
    keyPrefix,
    rejectIfRedisNotReady: true,
    insuranceLimiter: new RateLimiterMemory({ ...limits, keyPrefix: name }),
  });
}
