import { LIBRARY, WRONG_GUESS } from "./redis-script-library.ts";

/** KEYS set, failures. ARGV fields and values. A new set is bound anew: the failures in a row are forgotten. */
export const REPLACE_SAVED = `
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], unpack(ARGV))
redis.call('PEXPIRE', KEYS[1], 315360000000)
return 1
`;

/**
 * KEYS set, guesses, failures. ARGV now, guesses an hour, in a row, lane, the field that matched (or none), counted. Answers {1, remaining} passed,
 * {2, left, disabled, locked} mismatch, {5, wait} limited, {6} disabled.
 */
export const SPEND_SAVED = `${LIBRARY}${WRONG_GUESS}
local now, per_hour, in_a_row = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local lane, field, counted = ARGV[4], ARGV[5], ARGV[6] == '1'
if not counted and (tonumber(redis.call('GET', KEYS[3])) or 0) >= in_a_row then return {6} end
local log = redis.call('HGET', KEYS[2], lane)
local guesses = read_log(log, now, HOUR)
local wait = window_wait(guesses, now, per_hour, HOUR)
if not counted and wait > 0 then return {5, wait} end
if field ~= '' and redis.call('HDEL', KEYS[1], field) == 1 then
  redis.call('DEL', KEYS[3])
  redis.call('HDEL', KEYS[2], lane)
  return {1, redis.call('HLEN', KEYS[1]) - 2}
end
if counted then return {2, math.max(0, per_hour - #guesses), 0, 0} end
local free, disabled, locked = wrong_guess(KEYS[2], KEYS[3], log, guesses, now, per_hour, in_a_row, lane)
return {2, math.max(0, free), disabled, locked}
`;
