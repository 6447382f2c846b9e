import { attemptKey } from "./redis-attempts.ts";
import type { RedisClient, RedisConnection } from "./redis-connection.ts";
import { REPLACE_SAVED, SPEND_SAVED, WITHDRAW_REPLACE, WITHDRAW_SPEND } from "./redis-saved-scripts.ts";
import type { GuessKeys } from "./guess-limits.ts";
import type { SavedCodes, SavedSet, SpendAnswer } from "./saved-codes.ts";
import { HOUR_MS, readSendLog, windowWait } from "./send-log.ts";

type SavedClient = RedisClient & {
  hgetall(key: string): Promise<Record<string, string>>;
  factorsReplaceSaved(...args: (string | number)[]): Promise<number>;
  factorsUnreplaceSaved(...args: (string | number)[]): Promise<number>;
  factorsSpendSaved(...args: (string | number)[]): Promise<(number | string)[]>;
  factorsUnspendSaved(...args: (string | number)[]): Promise<number>;
};

/** A set is a hash: `c` when it was made, `p` how it is hashed, `x` the step that made it, `r…` its records. */
const RECORD = "r";

/** Saved codes on Redis: one hash per account, consumed and counted in one script. */
export function redisSaved(client: RedisClient, connection: RedisConnection, prefix: string): SavedCodes {
  const redis = client as SavedClient;
  redis.defineCommand("factorsReplaceSaved", { lua: REPLACE_SAVED, numberOfKeys: 3 });
  redis.defineCommand("factorsUnreplaceSaved", { lua: WITHDRAW_REPLACE, numberOfKeys: 3 });
  redis.defineCommand("factorsSpendSaved", { lua: SPEND_SAVED, numberOfKeys: 4 });
  redis.defineCommand("factorsUnspendSaved", { lua: WITHDRAW_SPEND, numberOfKeys: 4 });
  const setKey = (key: string) => `${prefix}b${key}`;
  const guessesKey = ({ guesses }: GuessKeys) => `${prefix}g${guesses}`;
  const failuresKey = ({ failures }: GuessKeys) => `${prefix}f${failures}`;

  return {
    async replace({ keys, set }) {
      const records = Object.entries(set.records).flatMap(([name, record]) => [`${RECORD}${name}`, record]);
      const fields = ["c", set.createdAt, "p", set.parameters, ...records];
      const names = [setKey(keys.set), failuresKey(keys), attemptKey(prefix)];
      // Nobody has seen codes that were refused: the old ones are still the ones on paper.
      await connection.run(
        () => redis.factorsReplaceSaved(...names, ...fields),
        undefined,
        () => redis.factorsUnreplaceSaved(...names),
      );
    },
    async read({ keys, now, guesses }) {
      // Only looked at: `spend` decides, so plain commands in one write will do.
      const [fields, failures, wrong] = await connection.run(() =>
        Promise.all([
          redis.hgetall(setKey(keys.set)),
          redis.get(failuresKey(keys)),
          redis.hmget(guessesKey(keys), keys.bucket),
        ]),
      );
      const spent = readSendLog(wrong[0], now).times;
      return {
        set: setOf(fields),
        retryAfterMs: windowWait(spent, now, guesses.perHour, HOUR_MS),
        disabled: Number(failures ?? 0) >= guesses.inARow,
      };
    },
    async spend({ keys, now, guesses, record, counted = false }) {
      const field = record === undefined ? "" : `${RECORD}${record}`;
      const args = [now, guesses.perHour, guesses.inARow, keys.bucket, field, counted ? 1 : 0];
      const names = [setKey(keys.set), guessesKey(keys), failuresKey(keys), attemptKey(prefix)];
      const reply = await connection.run(
        () => redis.factorsSpendSaved(...names, ...args),
        undefined,
        () => redis.factorsUnspendSaved(...names, keys.bucket, field),
      );
      return answerOf(reply.map(Number));
    },
    async erase(key) {
      await connection.run(() => redis.del(setKey(key)));
    },
  };
}

function setOf(fields: Readonly<Record<string, string>>): SavedSet | undefined {
  const { c: createdAt, p: parameters, x: _madeBy, ...records } = fields;
  if (createdAt === undefined || parameters === undefined) return undefined;
  const named = Object.entries(records).map(([field, record]) => [field.slice(RECORD.length), record]);
  return { createdAt: Number(createdAt), parameters, records: Object.fromEntries(named) };
}

function answerOf([kind, n = 0, disabled = 0, locked = 0]: number[]): SpendAnswer {
  switch (kind) {
    case 1:
      return { outcome: "passed", remaining: n };
    case 2:
      return {
        outcome: "mismatch",
        attemptsRemaining: n,
        nowDisabled: disabled === 1,
        nowLocked: locked === 1,
      };
    case 5:
      return { outcome: "limited", retryAfterMs: n };
    case 6:
      return { outcome: "disabled" };
    default:
      throw new Error("redisStore: a script answered what is not known");
  }
}
