/**
 * The atomic steps. All keys of a step lie in one slot, by the hash tag of the prefix. Digests are compared with plain
 * equality: they are HMACs under a secret that the guesser has not, so the time of a comparison tells nothing of the code. Values travel in one
 * argument, as JSON: each argument of a command costs more than all of them together.
 */

export const LIBRARY = `
local HOUR, DAY, SLOT, SLOTS = 3600000, 86400000, 300000, 12
-- The times in a log that are younger than the window, oldest first, and how many of them came after the last "!".
local function read_log(text, now, window)
  local times, since = {}, 0
  if not text then return times, since end
  for entry, lifted in string.gmatch(text, '(%d+)(!?)') do
    local time = tonumber(entry)
    if now - time < window then
      times[#times + 1] = time
      since = lifted == '!' and 0 or since + 1
    end
  end
  return times, since
end
-- With a limit of 0 there is never room; the whole window is the honest wait.
local function window_wait(times, now, most, window)
  if most <= 0 then return window end
  local leaves = times[#times - most + 1]
  if not leaves or now - leaves >= window then return 0 end
  return leaves + window - now
end
local function appended(text, now, window)
  local last = string.format('%d', now)
  if not text then return last end
  local kept = {}
  for entry in string.gmatch(text, '%S+') do
    if now - tonumber(string.match(entry, '%d+')) < window then kept[#kept + 1] = entry end
  end
  kept[#kept + 1] = last
  return table.concat(kept, ' ')
end
-- A pending code is one text: guesses left, expiry, digest, sealed.
local function read_code(text)
  local left, expires, digest, sealed = string.match(text or '', '^(%d+) (%d+) (%S+) (%S+)$')
  return tonumber(left), tonumber(expires), digest, sealed
end
local function lift(key, text)
  if text and string.sub(text, -1) ~= '!' then redis.call('SET', key, text .. '!', 'KEEPTTL') end
end
`;

/** Counts a wrong guess for the lane and for the factor; failures in a row are kept as good as for ever. */
export const WRONG_GUESS = `
local function wrong_guess(guesses_key, failures_key, log, times, now, per_hour, in_a_row, lane)
  redis.call('HSET', guesses_key, lane, appended(log, now, HOUR))
  redis.call('PEXPIRE', guesses_key, HOUR)
  local failures = redis.call('INCR', failures_key)
  if failures == 1 then redis.call('PEXPIRE', failures_key, 315360000000) end
  local free = per_hour - #times - 1
  return free, failures >= in_a_row and 1 or 0, free <= 0 and 1 or 0
end
`;

/**
 * What is counted over all accounts: KEYS 7 breaker, 8 neighbours, 9 and on caps; values 15 and on. A breaker judges once per slot, by
 * the sends of the hour before the last slot (people need time to type), and lets one send through after its pause.
 */
const SPENDING = `
local min_sends, share, pause, cell, most_near, near_window = unpack(given, 15, 20)
local slot = math.floor(now / SLOT)
local on_trial = false
local function trips()
  local fields, sent, passed = {'v' .. (slot - 1)}, 0, 0
  for back = 2, SLOTS + 1 do
    fields[#fields + 1] = 's' .. (slot - back)
    fields[#fields + 1] = 'v' .. (slot - back)
    redis.call('HDEL', KEYS[7], 's' .. (slot - back - SLOTS), 'v' .. (slot - back - SLOTS))
  end
  for i, count in ipairs(redis.call('HMGET', KEYS[7], unpack(fields))) do
    if i % 2 == 0 then sent = sent + (tonumber(count) or 0) else passed = passed + (tonumber(count) or 0) end
  end
  return sent >= min_sends and passed < share * sent
end
local function breaker_wait()
  if min_sends < 0 then return 0, 0 end
  local state = redis.call('HMGET', KEYS[7], 'p', 's' .. slot)
  if state[1] then
    on_trial = tonumber(state[1]) <= now
    return math.max(0, tonumber(state[1]) - now), 0
  end
  if state[2] or not trips() then return 0, 0 end
  redis.call('HSET', KEYS[7], 'p', string.format('%d', now + pause))
  redis.call('PEXPIRE', KEYS[7], pause + 2 * HOUR)
  return pause, 1
end
-- Neighbours are counted where they are looked at, which is one command and not two, and taken back where the send is refused.
local near_counted = false
local function near_take_back()
  if near_counted then redis.call('BITFIELD', KEYS[8], 'INCRBY', 'u8', '#' .. cell, -1) end
end
local function near_full()
  local count = redis.call('BITFIELD', KEYS[8], 'OVERFLOW', 'FAIL', 'INCRBY', 'u8', '#' .. cell, 1)[1]
  if not count then return true end
  near_counted = true
  -- The window is part of the key's name, so a later expiry does no harm.
  if count == 1 then redis.call('PEXPIRE', KEYS[8], near_window) end
  return count > most_near
end
local function spending_wait()
  local wait, paused, wait_cap, paused_cap = 0, 0, -1, -1
  if most_near >= 0 and near_full() then wait = near_window - now % near_window end
  for i = 9, #KEYS do
    local most, window, pauses = unpack(given, 21 + (i - 9) * 3, 23 + (i - 9) * 3)
    if (tonumber(redis.call('GET', KEYS[i])) or 0) >= most then
      local ends = window - now % window
      if pauses == 1 and ends > paused then paused, paused_cap = ends, i - 9 end
      if pauses == 0 and ends > wait then wait, wait_cap = ends, i - 9 end
    end
  end
  return wait, paused, wait_cap, paused_cap
end
-- A key that this step has not begun has its expiry already.
local function spend()
  if min_sends >= 0 then
    if on_trial then redis.call('HSET', KEYS[7], 'p', string.format('%d', now + pause), 't', 1) end
    local first = redis.call('HINCRBY', KEYS[7], 's' .. slot, 1) == 1
    if first or on_trial then redis.call('PEXPIRE', KEYS[7], pause + 2 * HOUR) end
  end
  for i = 9, #KEYS do
    if redis.call('INCR', KEYS[i]) == 1 then redis.call('PEXPIRE', KEYS[i], given[22 + (i - 9) * 3]) end
  end
end
`;

/** What the two scripts answer to an address that is over its limit, or was not counted here. */
export const OVER_AT_ISSUE = "-3";
export const OVER_AT_VERIFY = "7";

const issue = (before: string, check: string, count: string) => `${LIBRARY}
local given = cjson.decode(ARGV[1])
local now, ttl, same, per_hour, per_day, per_code, guesses_per_hour, in_a_row, by_account, points, cooldowns, lane, digest, sealed = unpack(given, 1, 14)
${before}
-- The address was counted by the command before this one, in the same write; no count is as good as one that is over.
local log, failed, counted, account_log, live = unpack(redis.call('MGET', KEYS[2], KEYS[4], KEYS[6], KEYS[5], KEYS[1]))
if points >= 0 and not (counted and tonumber(counted) <= points) then return '${OVER_AT_ISSUE}' end
if (tonumber(failed) or 0) >= in_a_row then return '-1' end
local guesses = read_log(redis.call('HGET', KEYS[3], lane), now, HOUR)
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
local left, expires, _, before = read_code(live)
local alive = left and now < expires and left > 0
local repeated = alive and same == 1
if not repeated then
  left, expires = alive and left or per_code, now + ttl
  redis.call('SET', KEYS[1], string.format('%d %d %s %s', left, expires, digest, sealed), 'PX', ttl)
end
local answer = string.format('1 %d %d %d', math.min(left, guesses_per_hour - #guesses), expires, wait_for_all())
if repeated then return {answer, before} end
return answer
`;

/**
 * KEYS challenge, number, guesses, failures, account (looked at where the ninth value is 1), address. ARGV values as JSON: now, ttl, same, sends an
 * hour, a day, guesses of a code, an hour, in a row, by account, points of an address or -1, cooldowns, lane, digest, sealed. Answers words: 1 left
 * expires wait (with the sealed code behind it, where it is repeated), 0 wait limit (its place in WAITS), -1 (disabled), or -3 (address over its limit).
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
local broken, tripped = breaker_wait()
if math.max(paused, broken) > 0 then
  near_take_back()
  return string.format('-2 %d %d %d', math.max(paused, broken), tripped, paused > broken and paused_cap or -1)
end`,
  "spend()",
);

/**
 * KEYS challenge, number, guesses, failures, breaker (looked at where the fifth value is 1), address. ARGV values as JSON: now, guesses an hour, in
 * a row, counted, breaker, points of an address or -1, lane, digests. Answers words: 1 resumed (passed), 2 left disabled locked (mismatch), 3
 * (expired), 4 counted disabled locked (exhausted), 5 wait (limited), 6 (disabled), 7 (address over its limit).
 */
export const VERIFY = `${LIBRARY}${WRONG_GUESS}
local given = cjson.decode(ARGV[1])
local now, guesses_per_hour, in_a_row, counted, has_breaker, points, lane = unpack(given, 1, 7)
local failed, from_address, live, sends = unpack(redis.call('MGET', KEYS[4], KEYS[6], KEYS[1], KEYS[2]))
if points >= 0 and not (from_address and tonumber(from_address) <= points) then return '${OVER_AT_VERIFY}' end
local log = redis.call('HGET', KEYS[3], lane)
local function pass()
  redis.call('DEL', KEYS[1], KEYS[4])
  if log then redis.call('HDEL', KEYS[3], lane) end
  lift(KEYS[2], sends)
  if has_breaker ~= 1 then return '1 0' end
  if redis.call('HEXISTS', KEYS[5], 't') == 1 then
    redis.call('DEL', KEYS[5])
    return '1 1'
  end
  -- Where nothing was sent of late there is nothing to learn, and no key to begin.
  local first = redis.call('HINCRBY', KEYS[5], 'v' .. math.floor(now / SLOT), 1) == 1
  if first and redis.call('PTTL', KEYS[5]) < 0 then redis.call('DEL', KEYS[5]) end
  return '1 0'
end
local left, expires, digest, sealed = read_code(live)
local over = not left or now >= expires
if counted == 1 then
  if over then return '3' end
  return pass()
end
if (tonumber(failed) or 0) >= in_a_row then return '6' end
local guesses = read_log(log, now, HOUR)
local wait = window_wait(guesses, now, guesses_per_hour, HOUR)
if wait > 0 then return string.format('5 %d', wait) end
if over then return '3' end
if left <= 0 then return '4 0 0 0' end
for i = 8, #given do
  if given[i] == digest then return pass() end
end
left = left - 1
redis.call('SET', KEYS[1], string.format('%d %d %s %s', left, expires, digest, sealed), 'KEEPTTL')
local free, disabled, locked = wrong_guess(KEYS[3], KEYS[4], log, guesses, now, guesses_per_hour, in_a_row, lane)
if math.min(left, free) <= 0 then return string.format('4 1 %d %d', disabled, locked) end
return string.format('2 %d %d %d', math.min(left, free), disabled, locked)
`;

/** KEYS guesses, failures. ARGV lane. */
export const TAKE_BACK = `
local guesses = redis.call('HGET', KEYS[1], ARGV[1])
if guesses then
  local before = string.match(guesses, '^(.*) %S+$')
  if before then redis.call('HSET', KEYS[1], ARGV[1], before) else redis.call('HDEL', KEYS[1], ARGV[1]) end
end
if (tonumber(redis.call('GET', KEYS[2])) or 0) > 0 then redis.call('DECR', KEYS[2]) end
return 1
`;

/** KEYS challenge, number, breaker. ARGV lift the cooldown, now, breaker. What was never taken is no send that nobody verified. */
export const REVOKE = `${LIBRARY}
redis.call('DEL', KEYS[1])
if ARGV[1] ~= '1' then return 1 end
lift(KEYS[2], redis.call('GET', KEYS[2]))
local slot = 's' .. math.floor(tonumber(ARGV[2]) / SLOT)
if ARGV[3] == '1' and redis.call('HEXISTS', KEYS[3], slot) == 1 then redis.call('HINCRBY', KEYS[3], slot, -1) end
return 1
`;

/** KEYS note. ARGV rank, value, ttl. A note is "rank value"; one of the same or a higher rank stays. Answers 1 when it was written. */
export const ADVANCE = `
local rank = tonumber(string.match(redis.call('GET', KEYS[1]) or '', '^%d+'))
if rank and rank >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2], 'PX', ARGV[3])
return 1
`;
