import type { Guesses } from "./guesses.ts";
import type { GuessKeys } from "./guess-limits.ts";
import { ATTEMPT, attemptKey } from "./redis-attempts.ts";
import type { RedisClient, RedisConnection } from "./redis-connection.ts";
import { LIBRARY, WRONG_GUESS } from "./redis-script-library.ts";

/** KEYS guesses, failures, attempt. ARGV now, guesses an hour, in a row, bucket. Answers {2, left, disabled, locked}, {5, wait} limited, {6} disabled. */
const COUNT_GUESS = `${LIBRARY}${WRONG_GUESS}${ATTEMPT}
local now, per_hour, in_a_row, bucket = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local made = attempted(KEYS[3])
if made then return made end
if (tonumber(redis.call('GET', KEYS[2])) or 0) >= in_a_row then return {6} end
local log = redis.call('HGET', KEYS[1], bucket)
local guesses = read_log(log, now, HOUR)
local wait = window_wait(guesses, now, per_hour, HOUR)
if wait > 0 then return {5, wait} end
local free, disabled, locked = wrong_guess(KEYS[1], KEYS[2], log, guesses, now, per_hour, in_a_row, bucket)
local answer = {2, math.max(0, free), disabled, locked}
remember(KEYS[3], answer, {wrong = ARGV[1]})
return answer
`;

/** KEYS guesses, failures, attempt. ARGV bucket. */
const WITHDRAW_COUNT = `${ATTEMPT}
local undo = withdrawn(KEYS[3])
if not undo then return end
local rest, found = {}, false
for entry in string.gmatch(redis.call('HGET', KEYS[1], ARGV[1]) or '', '%S+') do
  if not found and entry == undo.wrong then found = true else rest[#rest + 1] = entry end
end
if not found then return end
if #rest > 0 then redis.call('HSET', KEYS[1], ARGV[1], table.concat(rest, ' ')) else redis.call('HDEL', KEYS[1], ARGV[1]) end
if redis.call('DECR', KEYS[2]) <= 0 then redis.call('DEL', KEYS[2]) end
`;

/** KEYS guesses, failures. ARGV bucket. Done twice it has done no more. */
const CLEAR_GUESSES = `
redis.call('HDEL', KEYS[1], ARGV[1])
return redis.call('DEL', KEYS[2])
`;

type GuessClient = RedisClient &
  Record<
    "factorsCountGuess" | "factorsUncountGuess" | "factorsClearGuesses",
    (...args: (string | number)[]) => Promise<unknown>
  >;

/** Guesses on Redis, in the same logs as those of the codes that it judges itself. */
export function redisGuesses(client: RedisClient, connection: RedisConnection, prefix: string): Guesses {
  const redis = client as GuessClient;
  redis.defineCommand("factorsCountGuess", { lua: COUNT_GUESS, numberOfKeys: 3 });
  redis.defineCommand("factorsUncountGuess", { lua: WITHDRAW_COUNT, numberOfKeys: 3 });
  redis.defineCommand("factorsClearGuesses", { lua: CLEAR_GUESSES, numberOfKeys: 2 });
  const namesOf = ({ guesses, failures }: GuessKeys) => [`${prefix}g${guesses}`, `${prefix}f${failures}`];

  return {
    async count({ keys, now, guesses }) {
      const names = [...namesOf(keys), attemptKey(prefix)];
      const reply = await connection.run(
        () => redis.factorsCountGuess(...names, now, guesses.perHour, guesses.inARow, keys.bucket),
        undefined,
        () => redis.factorsUncountGuess(...names, keys.bucket),
      );
      const [kind, n = 0, disabled, locked] = (reply as unknown[]).map(Number);
      if (kind === 5) return { outcome: "limited", retryAfterMs: n };
      if (kind === 6) return { outcome: "disabled" };
      return {
        outcome: "counted",
        attemptsRemaining: n,
        nowDisabled: disabled === 1,
        nowLocked: locked === 1,
      };
    },
    async clear(keys) {
      await connection.run(() => redis.factorsClearGuesses(...namesOf(keys), keys.bucket));
    },
  };
}
