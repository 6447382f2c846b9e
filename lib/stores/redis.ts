import { attemptKey } from "./redis-attempts.ts";
import { redisClient } from "./redis-client.ts";
import { redisConnection, type RedisClient } from "./redis-connection.ts";
import { redisCredentials } from "./redis-credentials.ts";
import { redisFlowRecords } from "./redis-flow-records.ts";
import { redisGuesses } from "./redis-guesses.ts";
import { redisLimiter } from "./redis-limiter.ts";
import { redisNotes } from "./redis-notes.ts";
import { redisRecords } from "./redis-records.ts";
import { redisTrusted } from "./redis-trusted.ts";
import { WITHDRAW_ISSUE, WITHDRAW_ISSUE_SPENDING, WITHDRAW_VERIFY } from "./redis-code-withdrawals.ts";
import {
  AMEND,
  ISSUE,
  ISSUE_SPENDING,
  OVER_AT_ISSUE,
  OVER_AT_VERIFY,
  REVOKE,
  TAKE_BACK,
  VERIFY,
} from "./redis-scripts.ts";
import {
  issueAnswer,
  issueValues,
  pendingOf,
  spendingValues,
  verifyAnswer,
  verifyValues,
  type Reply,
} from "./redis-pending.ts";
import { HOUR_MS, readSendLog, sendWait, windowWait } from "./send-log.ts";
import { MOST_CAPS } from "./spending.ts";
import type {
  Admission,
  ChallengeKeys,
  IssueAnswer,
  IssueRequest,
  RestoreRequest,
  Store,
  VerifyAnswer,
  VerifyRequest,
} from "./store.ts";
import { checkNames } from "../options.ts";

export interface RedisStoreOptions {
  /** Before every key; holds a `{hash tag}`, so that every multi-key step lies in one slot. @default "{factors}" */
  prefix?: string;
}

type Script<Reply> = (...args: (string | number)[]) => Promise<Reply>;
type Scripted = RedisClient &
  Record<"factorsTakeBack" | "factorsRevoke", Script<unknown>> &
  Record<"factorsAmend", Script<number>> &
  Record<"factorsUnissue" | "factorsUnverify" | `factorsUnspend${number}`, Script<unknown>> &
  Record<"factorsVerify" | "factorsIssue" | `factorsSpend${number}`, Script<Reply>>;

/**
 * A store on the app's own Redis (6.2 or newer; Valkey) through its own client: ioredis (5 or 6; also Cluster and
 * Sentinel) or node-redis (5 or 6; what `createClient` makes). Every verb is one script, atomic, in
 * one slot; answers within a second or throws `store_unavailable`. Throws a TypeError for a prefix without a hash tag, and for what is neither an
 * ioredis nor a node-redis client.
 */
export function redisStore(client: object, options: RedisStoreOptions = {}): Store {
  checkNames("redisStore", options, { prefix: true });
  const { prefix = "{factors}" } = options;
  const redis = redisClient(client, "redisStore: the first argument") as Scripted;
  if (typeof prefix !== "string" || !/\{[^}]+\}/.test(prefix))
    throw new TypeError('redisStore: prefix must hold a hash tag, such as "{factors}"');
  refuseDeadPipelines(redis);
  redis.defineCommand("factorsIssue", { lua: ISSUE, numberOfKeys: 7 });
  redis.defineCommand("factorsUnissue", { lua: WITHDRAW_ISSUE, numberOfKeys: 7 });
  // A count of keys in front of them would be taken for the first key where auto-pipelining picks the Cluster node.
  for (let caps = 0; caps <= MOST_CAPS; caps++) {
    redis.defineCommand(`factorsSpend${caps}`, { lua: ISSUE_SPENDING, numberOfKeys: 9 + caps });
    redis.defineCommand(`factorsUnspend${caps}`, { lua: WITHDRAW_ISSUE_SPENDING, numberOfKeys: 9 + caps });
  }
  redis.defineCommand("factorsVerify", { lua: VERIFY, numberOfKeys: 7 });
  redis.defineCommand("factorsUnverify", { lua: WITHDRAW_VERIFY, numberOfKeys: 7 });
  redis.defineCommand("factorsAmend", { lua: AMEND, numberOfKeys: 1 });
  redis.defineCommand("factorsTakeBack", { lua: TAKE_BACK, numberOfKeys: 3 });
  redis.defineCommand("factorsRevoke", { lua: REVOKE, numberOfKeys: 3 });
  const connection = redisConnection(redis);
  const loaded = lineOf(redis).loaded;
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
    const { keys, accountKey, spending, admission } = request;
    const account = `${prefix}a${accountKey ?? ""}`;
    const names = [...keyList(keys), account, addressKey(admission)];
    let values = issueValues(request, pointsOf(admission));
    if (spending !== undefined) {
      const { breaker, neighbours, caps } = spending;
      names.push(breakerKey(breaker?.key), `${prefix}k${neighbours?.key ?? ""}`);
      for (const { key } of caps) names.push(`${prefix}q${key}`);
      values = `${values},${spendingValues(spending)}`;
    }
    const given = [...names, attemptKey(prefix), `[${values}]`];
    const caps = spending?.caps.length;
    return connection.run(
      () => script<Reply>(caps === undefined ? "factorsIssue" : `factorsSpend${caps}`)(...given),
      (reply) => (reply === OVER_AT_ISSUE ? admitted(request, issue) : issueAnswer(reply, request)),
      () =>
        caps === undefined
          ? inOrder("factorsUnissue", WITHDRAW_ISSUE, 7, given)
          : inOrder(`factorsUnspend${caps}`, WITHDRAW_ISSUE_SPENDING, 9 + caps, given),
    );
  }

  function script<Answer>(name: keyof Scripted): Script<Answer> {
    return (redis[name] as Script<Answer>).bind(redis);
  }

  /**
   * With its text, until the server is known to have it: a script that must be sent once more would fall behind the person's next try. A Cluster client
   * would take the text for a key.
   */
  function inOrder(name: keyof Scripted, lua: string, keys: number, args: string[]): Promise<unknown> {
    if (redis.isCluster === true || loaded.has(name)) return script(name)(...args);
    return redis.eval(lua, keys, ...args).then(() => loaded.add(name));
  }

  /** Of a code that somebody else found right, its digest: nobody else knows it any more. */
  const withdrawVerify = ({ keys, breakerKey: breaker, attempt, judged, digests }: RestoreRequest) => {
    const names = [...keyList(keys), breakerKey(breaker), addressKey(undefined), attemptKey(prefix, attempt)];
    const foundRight = judged === "right" ? (digests[0] ?? "") : "";
    const args = [...names, keys.bucket, attempt, foundRight];
    return () => inOrder("factorsUnverify", WITHDRAW_VERIFY, 7, args);
  };

  function verify(request: VerifyRequest): Promise<VerifyAnswer> {
    if (countedElsewhere(request.admission)) return admitted(request, verify);
    const { keys, breakerKey: breaker, admission, attempt } = request;
    const values = verifyValues(request, pointsOf(admission));
    const names = [...keyList(keys), breakerKey(breaker), addressKey(admission), attemptKey(prefix, attempt)];
    return connection.run(
      () => redis.factorsVerify(...names, values),
      (reply) => (reply === OVER_AT_VERIFY ? admitted(request, verify) : verifyAnswer(reply)),
      withdrawVerify(request),
    );
  }

  return {
    name: "redis",
    issue,
    verify,
    restore: async (request) => connection.insist(withdrawVerify(request)),
    amend: async ({ challenge, digest, note }) =>
      (await connection.run(() => redis.factorsAmend(`${prefix}c${challenge}`, digest, note))) === 1,
    async read({ keys, now, sends, guesses }) {
      const [challengeKey, numberKey, guessKey] = keyList(keys);
      // Only looked at: nothing is decided by this answer, so plain commands in one write will do.
      const [live, log, wrong] = await connection.run(() =>
        Promise.all([redis.get(challengeKey), redis.get(numberKey), redis.hmget(guessKey, keys.bucket)]),
      );
      const spent = readSendLog(wrong[0], now).times.filter((time) => now - time < HOUR_MS);
      const guessWait = windowWait(spent, now, guesses.perHour, HOUR_MS);
      const resendAfterMs = Math.max(guessWait, sendWait(readSendLog(log, now), now, sends));
      const pending = pendingOf(live);
      if (pending === undefined) return { resendAfterMs };
      const { left, expiresAt, record } = pending;
      if (now >= expiresAt) return { record, resendAfterMs };
      const attemptsRemaining = Math.max(0, Math.min(left, guesses.perHour - spent.length));
      return { record, challenge: { attemptsRemaining, expiresAt }, resendAfterMs };
    },
    async revoke({ keys, now, liftCooldown, breakerKey: breaker, digest = "" }) {
      const [challengeKey, numberKey] = keyList(keys);
      const args = [liftCooldown ? 1 : 0, now, breaker === undefined ? 0 : 1, digest];
      const revoke = () => redis.factorsRevoke(challengeKey, numberKey, breakerKey(breaker), ...args);
      // Without a digest it might hit a code that is newer.
      await (digest === "" ? connection.run(revoke) : connection.insist(revoke));
    },
    async reset(failuresKey) {
      await connection.run(() => redis.del(`${prefix}f${failuresKey}`));
    },
    async unlock(guessesKey) {
      await connection.run(() => redis.del(`${prefix}g${guessesKey}`));
    },
    async takeBack({ keys, now: _serverTime }) {
      const { guesses, failures, bucket } = keys;
      const names = [`${prefix}g${guesses}`, `${prefix}f${failures}`, attemptKey(prefix)];
      await connection.insist(() => redis.factorsTakeBack(...names, bucket));
    },
    guesses: redisGuesses(redis, connection, prefix),
    notes: redisNotes(redis, connection, prefix),
    flows: redisFlowRecords(redis, connection, prefix),
    records: redisRecords(redis, connection, prefix),
    credentials: redisCredentials(redis, connection, prefix),
    trusted: redisTrusted(redis, connection, prefix),
    limiter: (policy) =>
      redisLimiter(redis, { connection, line: lineOf(redis) }, limiterPrefix(policy.name), policy),
    async ping() {
      await connection.run(() => redis.ping());
    },
  };
}

/** Without a `commandTimeout`, ioredis then waits for ever for the answers of a cut connection, and pipelines nothing more (5.11 and 6.0). */
function refuseDeadPipelines({ isCluster, options }: RedisClient): void {
  const { enableAutoPipelining, autoResendUnfulfilledCommands, commandTimeout } = options ?? {};
  const isDead = enableAutoPipelining === true && autoResendUnfulfilledCommands === false;
  if (isCluster !== true && isDead && typeof commandTimeout !== "number")
    throw new TypeError(
      "redisStore: a client with enableAutoPipelining and autoResendUnfulfilledCommands: false needs a commandTimeout; it would never recover from a cut connection",
    );
}

/** What is known of a client's connection; shared by the stores on it, so that it has one listener. */
interface Line {
  /** The scripts that the server is known to have. */
  loaded: Set<string>;
  /** How often it was cut. */
  cuts: number;
}

const LINES = new WeakMap<RedisClient, Line>();

function lineOf(client: RedisClient): Line {
  const known = LINES.get(client);
  if (known !== undefined) return known;
  const line: Line = { loaded: new Set(), cuts: 0 };
  LINES.set(client, line);
  client.on("close", () => {
    line.loaded.clear();
    line.cuts += 1;
  });
  return line;
}

/** Once the limiter has let it in: it was counted elsewhere, or others overtook it between the limiter's command and the script. */
async function admitted<Request extends { admission?: Admission | undefined }, Answer>(
  request: Request,
  again: (request: Request) => Promise<Answer>,
): Promise<Answer> {
  await request.admission?.counted;
  return again({ ...request, admission: undefined });
}
