import { ATTEMPT } from "./redis-attempts.ts";
import { LIBRARY, WRONG_GUESS } from "./redis-script-library.ts";
import { SPENDING } from "./redis-spending-script.ts";

/**
 * The atomic steps. All keys of a step lie in one slot, by the hash tag of the prefix. Digests are compared with plain
 * equality: they are HMACs under a secret that the guesser has not, so the time of a comparison tells nothing of the code. Values travel in one
 * argument, as JSON: each argument of a command costs more than all of them together.
 */

/** What the two scripts answer to an address that is over its limit, or was not counted here. */
export const OVER_AT_ISSUE = "-3";
export const OVER_AT_VERIFY = "7";

const issue = (before: string, check: string, count: string) => `${LIBRARY}${ATTEMPT}
local given = cjson.decode(ARGV[1])
local now, ttl, same, per_hour, per_day, per_code, guesses_per_hour, in_a_row, by_account, points, cooldowns, bucket, digest, record = unpack(given, 1, 14)
local sealed, about, carrier, note, keep, replace = unpack(record, 1, 6)
local tripped, trial = 0, nil
${before}
-- The address was counted by the command before this one, in the same write; no count is as good as one that is over.
local log, failed, counted, account_log, live, made = unpack(redis.call('MGET', KEYS[2], KEYS[4], KEYS[6], KEYS[5], KEYS[1], KEYS[#KEYS]))
if made then return answered(made) end
local left, expires, live_digest, live_sealed, live_about, by, live_note = read_pending(live)
-- A sealed code is like no other: this very step made it, and is sent once more, because the client was cut off before its reply came.
local is_mine = left and live_sealed == sealed
if not is_mine and points >= 0 and not (counted and tonumber(counted) <= points) then return '${OVER_AT_ISSUE}' end
if left and has_passed(live_sealed) then left = nil end
local same_about = left and is_any(live_about, about)
if left and not same_about then
  if replace ~= 1 then return {'-5', live_digest, by, live_note} end
  left = nil
end
if not is_mine and (tonumber(failed) or 0) >= in_a_row then return '-1' end
local guesses = read_log(redis.call('HGET', KEYS[3], bucket), now, HOUR)
local sends, since = read_log(log, now, DAY)
local account = by_account == 1 and read_log(account_log, now, DAY)
local function cooldown_wait()
  if since == 0 then return 0 end
  -- Counted back from the last send and not from now, so that a wait once told never becomes shorter.
  local last, recent = sends[#sends], 0
  for i = #sends - since + 1, #sends do
    if last - sends[i] < HOUR then recent = recent + 1 end
  end
  return last + (cooldowns[math.min(recent, #cooldowns)] or 0) - now
end
-- The longest wait, and the place of its limit in WAITS.
local function wait_for_all()
  local wait = account and math.max(window_wait(account, now, per_hour, HOUR), window_wait(account, now, per_day, DAY)) or 0
  local limit = 0
  local number = math.max(window_wait(sends, now, per_hour, HOUR), window_wait(sends, now, per_day, DAY))
  if number > wait then wait, limit = number, 1 end
  local cooldown = cooldown_wait()
  if cooldown > wait then wait, limit = cooldown, 2 end
  local lockout = window_wait(guesses, now, guesses_per_hour, HOUR)
  if lockout > wait then wait, limit = lockout, 3 end
  return wait, limit
end
local function told()
  return string.format('1 %d %d %d', math.min(left, guesses_per_hour - #guesses), expires, (wait_for_all()))
end
if is_mine then return told() end
local wait, limit = wait_for_all()
if wait > 0 then return string.format('0 %d %d', wait, limit) end
${check}
redis.call('SET', KEYS[2], appended(log, now, DAY), 'PX', DAY)
sends[#sends + 1], since = now, since + 1
if account then
  redis.call('SET', KEYS[5], appended(account_log, now, DAY), 'PX', DAY)
  account[#account + 1] = now
end
${count}
local alive = left and now < expires and left > 0
local repeated = alive and same == 1
local undo = {trial = trial, before = live, repeated = repeated, ttl = live and redis.call('PTTL', KEYS[1])}
if repeated then
  local before = by
  -- Each factor once, the latest last.
  by = string.sub(string.gsub(',' .. by .. ',', ',' .. string.gsub(carrier, '%p', '%%%0') .. ',', ',') .. carrier, 2)
  if by ~= before then write_pending(KEYS[1], left, expires, live_digest, live_sealed, live_about, by, live_note, 'KEEPTTL') end
else
  left, expires = alive and left or per_code, now + ttl
  write_pending(KEYS[1], left, expires, digest, sealed, about[1], carrier, note, 'PX', keep)
end
local answer = told()
if repeated then answer = {answer, live_digest, by, live_note, (string.gsub(live_sealed, '^=', ''))} end
-- A code that took no other's place needs no key of its own, which would cost as much as the code.
if live or trial then
  undo.left = left
  remember(KEYS[#KEYS], answer, undo)
end
return answer
`;

/**
 * KEYS challenge, number, guesses, failures, account (looked at where the ninth value is 1), address; the attempt is the last. ARGV values as JSON: now, ttl, same, sends an
 * hour, a day, guesses of a code, an hour, in a row, by account, points of an address or -1, cooldowns, bucket, digest, and of the record: sealed code,
 * abouts, factor, note, life, replace. Answers words: 1 left expires wait (where it is repeated with digest, factors, note and sealed code behind it),
 * 0 wait limit (its place in WAITS), -1 (disabled), -3 (address over its limit), or -5 (something else is pending, with digest, factors and note).
 */
export const ISSUE = issue("", "", "");

/** The limits of a number and an account, as a reply names them by their place. */
export const WAITS = ["account", "number", "cooldown", "lockout"] as const;

/** ISSUE, and what is counted over all accounts; also answers -4 wait cap (-1: the block) and -2 wait tripped cap (-1: the breaker). */
export const ISSUE_SPENDING = issue(
  SPENDING,
  `local near, paused, near_cap, paused_cap = spending_wait()
if near > 0 then
  near_take_back()
  return string.format('-4 %d %d', near, near_cap)
end
local broken
broken, tripped = breaker_wait()
if math.max(paused, broken) > 0 then
  near_take_back()
  local answer = string.format('-2 %d %d %d', math.max(paused, broken), tripped, paused > broken and paused_cap or -1)
  if tripped == 1 then remember(KEYS[#KEYS], answer, {tripped = true}) end
  return answer
end`,
  "spend()",
);

/**
 * KEYS challenge, number, guesses, failures, breaker (looked at where the fourth value is 1), address, attempt. ARGV values as JSON: now, guesses an hour, in
 * a row, breaker, points of an address or -1, bucket, judged (0 here, 1 elsewhere, 2 and right), attempt, factor, abouts, digests. Answers words: 1
 * resumed (passed), 2 left disabled locked (mismatch), 3 (expired), 4 counted disabled locked (exhausted), 5 wait (limited), 6 (disabled), 7 (address
 * over its limit), 8 (has passed before), or 9 (something else is pending, with digest, factors and note).
 */
export const VERIFY = `${LIBRARY}${WRONG_GUESS}${ATTEMPT}
local given = cjson.decode(ARGV[1])
local now, guesses_per_hour, in_a_row, has_breaker, points, bucket, judged, attempt, carrier, about, digests = unpack(given, 1, 11)
local failed, from_address, live, sends, made = unpack(redis.call('MGET', KEYS[4], KEYS[6], KEYS[1], KEYS[2], KEYS[7]))
if made then return answered(made) end
if points >= 0 and not (from_address and tonumber(from_address) <= points) then return '${OVER_AT_VERIFY}' end
local left, expires, digest, sealed, live_about, by, note = read_pending(live)
if left and has_passed(sealed) then
  if now >= expires then return '3' end
  -- The very same request once more, because the client was cut off before its reply came.
  local passed = read_passed(sealed)
  if passed.attempt == attempt then return passed.learned == 'resumed' and '1 1' or '1 0' end
  if is_any(digest, digests) then return '8' end
  -- Who tries others gets no more tries at what has passed than at what is pending.
  if left <= 1 then redis.call('DEL', KEYS[1]) else write_pending(KEYS[1], left - 1, expires, digest, sealed, live_about, by, note, 'KEEPTTL') end
  remember(KEYS[7], '3', {sealed = sealed})
  return '3'
end
if left and not is_any(live_about, about) then return {'9', digest, by, note} end
local log = redis.call('HGET', KEYS[3], bucket)
-- What the breaker learned: nothing, that the pause is over, or the field in which it counted.
local function learn()
  if has_breaker ~= 1 then return '' end
  if redis.call('HEXISTS', KEYS[5], 't') == 1 then
    redis.call('DEL', KEYS[5])
    return 'resumed'
  end
  -- Where nothing was sent of late there is nothing to learn, and no key to begin.
  local field = 'v' .. math.floor(now / SLOT)
  local first = redis.call('HINCRBY', KEYS[5], field, 1) == 1
  if not first or redis.call('PTTL', KEYS[5]) >= 0 then return field end
  redis.call('DEL', KEYS[5])
  return ''
end
local function pass()
  local learned, lifted = learn(), lift(KEYS[2], sends)
  local passed = write_passed(attempt, digest, sealed, failed, log, lifted, learned)
  write_pending(KEYS[1], left, expires, digests[1] or digest, passed, live_about, by, note, 'KEEPTTL')
  redis.call('DEL', KEYS[4])
  if log then redis.call('HDEL', KEYS[3], bucket) end
  return learned == 'resumed' and '1 1' or '1 0'
end
local over = not left or now >= expires or not string.find(',' .. by .. ',', ',' .. carrier .. ',', 1, true)
if judged == 2 then
  if over then return '3' end
  return pass()
end
if (tonumber(failed) or 0) >= in_a_row then return '6' end
local guesses = read_log(log, now, HOUR)
local wait = window_wait(guesses, now, guesses_per_hour, HOUR)
if wait > 0 then return string.format('5 %d', wait) end
if over then return '3' end
if left <= 0 then return '4 0 0 0' end
-- What somebody else has found right before, for a request that was withdrawn, needs nobody's verdict any more.
if (judged == 0 or string.sub(sealed, 1, 1) == '=') and is_any(digest, digests) then return pass() end
left = left - 1
write_pending(KEYS[1], left, expires, digest, sealed, live_about, by, note, 'KEEPTTL')
local free, disabled, locked = wrong_guess(KEYS[3], KEYS[4], log, guesses, now, guesses_per_hour, in_a_row, bucket)
local answer = string.format('2 %d %d %d', math.min(left, free), disabled, locked)
if math.min(left, free) <= 0 then answer = string.format('4 1 %d %d', disabled, locked) end
remember(KEYS[7], answer, {sealed = sealed, wrong = string.format('%d', now)})
return answer
`;

/** KEYS challenge. ARGV digest, note. Answers 1 when it was that code, and nobody has passed it yet. */
export const AMEND = `${LIBRARY}
local left, expires, digest, sealed, about, by = read_pending(redis.call('GET', KEYS[1]))
if not left or digest ~= ARGV[1] or has_passed(sealed) then return 0 end
write_pending(KEYS[1], left, expires, digest, sealed, about, by, ARGV[2], 'KEEPTTL')
return 1
`;

/** KEYS guesses, failures, attempt. ARGV bucket. Nothing is taken back twice. */
export const TAKE_BACK = `
if not redis.call('SET', KEYS[3], '{"answer":1}', 'NX', 'PX', 60000) then return end
local guesses = redis.call('HGET', KEYS[1], ARGV[1])
if guesses then
  local before = string.match(guesses, '^(.*) %S+$')
  if before then redis.call('HSET', KEYS[1], ARGV[1], before) else redis.call('HDEL', KEYS[1], ARGV[1]) end
end
if (tonumber(redis.call('GET', KEYS[2])) or 0) > 0 then redis.call('DECR', KEYS[2]) end
`;

/** KEYS challenge, number, breaker. ARGV lift the cooldown, now, breaker, digest of the code that is meant (or none: any). What was never taken is no send that nobody verified. */
export const REVOKE = `${LIBRARY}
local live = redis.call('GET', KEYS[1])
local _, _, digest = read_pending(live)
if ARGV[4] ~= '' and digest ~= ARGV[4] then return end
redis.call('DEL', KEYS[1])
if ARGV[1] ~= '1' then return end
lift(KEYS[2], redis.call('GET', KEYS[2]))
-- Once, however often it is sent.
if not live then return end
local slot = 's' .. math.floor(tonumber(ARGV[2]) / SLOT)
if ARGV[3] == '1' and redis.call('HEXISTS', KEYS[3], slot) == 1 then redis.call('HINCRBY', KEYS[3], slot, -1) end
`;
