import { ATTEMPT } from "./redis-attempts.ts";
import { LIBRARY, TAKE_OUT, WRONG_GUESS } from "./redis-script-library.ts";
import { WITHDRAW_WITHIN_MS } from "./redis-withdrawals.ts";

/** KEYS set, failures, attempt. ARGV fields and values. A new set is bound anew: the failures in a row are forgotten. */
export const REPLACE_SAVED = `${ATTEMPT}
local made = attempted(KEYS[3])
if made then return made end
remember(KEYS[3], 1, {set = redis.call('HGETALL', KEYS[1]), failures = redis.call('GET', KEYS[2])})
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], 'x', KEYS[3], unpack(ARGV))
redis.call('PEXPIRE', KEYS[1], 315360000000)
return 1
`;

/**
 * KEYS set, failures, attempt. Where another set has come after this one, this one's step is undone with that of the other; a set that nobody
 * withdrew stays.
 */
export const WITHDRAW_REPLACE = `
local function read(key)
  local text = redis.call('GET', key)
  return text and cjson.decode(text)
end
local key, made = KEYS[3], read(KEYS[3])
if made and made.undo and redis.call('HGET', KEYS[1], 'x') ~= key then
  redis.call('SET', key, cjson.encode({withdrawn = true, undo = made.undo}), 'PX', ${WITHDRAW_WITHIN_MS})
  return 0
end
if not made or not made.undo then
  redis.call('SET', key, '{}', 'PX', ${WITHDRAW_WITHIN_MS})
  return 0
end
while made and made.undo do
  redis.call('SET', key, '{}', 'PX', ${WITHDRAW_WITHIN_MS})
  redis.call('DEL', KEYS[1])
  if #made.undo.set > 0 then
    redis.call('HSET', KEYS[1], unpack(made.undo.set))
    redis.call('PEXPIRE', KEYS[1], 315360000000)
  end
  if made.undo.failures then redis.call('SET', KEYS[2], made.undo.failures, 'PX', 315360000000, 'NX') end
  key = redis.call('HGET', KEYS[1], 'x')
  made = key and read(key)
  if made and not made.withdrawn then made = nil end
end
return 1
`;

/**
 * KEYS set, guesses, failures, attempt. ARGV now, guesses an hour, in a row, bucket, the field that matched (or none), counted. Answers {1, remaining}
 * passed, {2, left, disabled, locked} mismatch, {5, wait} limited, {6} disabled.
 */
export const SPEND_SAVED = `${LIBRARY}${WRONG_GUESS}${ATTEMPT}
local now, per_hour, in_a_row = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local bucket, field, counted = ARGV[4], ARGV[5], ARGV[6] == '1'
local made = attempted(KEYS[4])
if made then return made end
local failures = redis.call('GET', KEYS[3])
if not counted and (tonumber(failures) or 0) >= in_a_row then return {6} end
local log = redis.call('HGET', KEYS[2], bucket)
local guesses = read_log(log, now, HOUR)
local wait = window_wait(guesses, now, per_hour, HOUR)
if not counted and wait > 0 then return {5, wait} end
local record = field ~= '' and redis.call('HGET', KEYS[1], field)
if record then
  redis.call('HDEL', KEYS[1], field)
  redis.call('DEL', KEYS[3])
  redis.call('HDEL', KEYS[2], bucket)
  local answer = {1, redis.call('HLEN', KEYS[1]) - 2 - redis.call('HEXISTS', KEYS[1], 'x')}
  remember(KEYS[4], answer, {made = redis.call('HGET', KEYS[1], 'c'), record = record, failures = failures, log = log})
  return answer
end
if counted then return {2, math.max(0, per_hour - #guesses), 0, 0} end
local free, disabled, locked = wrong_guess(KEYS[2], KEYS[3], log, guesses, now, per_hour, in_a_row, bucket)
local answer = {2, math.max(0, free), disabled, locked}
remember(KEYS[4], answer, {wrong = ARGV[1]})
return answer
`;

/** KEYS set, guesses, failures, attempt. ARGV bucket, field. A record goes back into its own set only. */
export const WITHDRAW_SPEND = `${ATTEMPT}${TAKE_OUT}
local undo = withdrawn(KEYS[4])
if not undo then return 0 end
if undo.wrong then
  take_out_guess(KEYS[2], KEYS[3], ARGV[1], undo.wrong)
  return 1
end
local log = redis.call('HGET', KEYS[2], ARGV[1])
if redis.call('HGET', KEYS[1], 'c') == undo.made then redis.call('HSET', KEYS[1], ARGV[2], undo.record) end
if undo.failures then redis.call('SET', KEYS[3], undo.failures, 'PX', 315360000000, 'NX') end
if undo.log and not log then
  redis.call('HSET', KEYS[2], ARGV[1], undo.log)
  redis.call('PEXPIRE', KEYS[2], 3600000)
end
return 1
`;
