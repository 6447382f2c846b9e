/**
 * The atomic steps. All keys of a step lie in one slot, by the hash tag of the prefix. Digests are compared with plain
 * equality: they are HMACs under a secret that the guesser has not, so the time of a comparison tells nothing of the code.
 */

export const LIBRARY = `
-- Numbers travel as words of one text: each argument of a command costs more than all of them together.
local function words(text)
  local list = {}
  for word in string.gmatch(text, '%S+') do list[#list + 1] = tonumber(word) or word end
  return list
end
local function text(...)
  local list = {...}
  for i, number in ipairs(list) do list[i] = string.format('%.0f', number) end
  return table.concat(list, ' ')
end
local HOUR, DAY, SLOT, SLOTS = 3600000, 86400000, 300000, 12
local function times_in(log, now, window)
  local list = {}
  if log then
    for time in string.gmatch(log, '%d+') do
      if now - tonumber(time) < window then list[#list + 1] = tonumber(time) end
    end
  end
  return list
end
-- Whether an address is over its limit. It was counted by the command before this one, in the same write.
local function over(key, points)
  return points >= 0 and (tonumber(redis.call('GET', key)) or 0) > points
end
-- With a limit of 0 there is never room; the whole window is the honest wait.
local function window_wait(text, now, most, window)
  local list = times_in(text, now, window)
  if #list < most then return 0 end
  local leaves = now
  if most > 0 then leaves = list[#list - most + 1] end
  return leaves + window - now
end
local function cooldown_wait(text, now, cooldowns)
  if not text then return 0 end
  local sends = times_in(string.match(text, '([^!]*)$'), now, DAY)
  local last = sends[#sends]
  if not last then return 0 end
  -- Counted back from the last send and not from now, so that a wait once told never becomes shorter.
  local recent = 0
  for _, time in ipairs(sends) do
    if last - time < HOUR then recent = recent + 1 end
  end
  return last + (tonumber(cooldowns[math.min(recent, #cooldowns)]) or 0) - now
end
local function appended(text, now, window)
  local kept = {}
  if text then
    for entry in string.gmatch(text, '%S+') do
      if now - tonumber(string.match(entry, '%d+')) < window then kept[#kept + 1] = entry end
    end
  end
  kept[#kept + 1] = string.format('%.0f', now)
  return table.concat(kept, ' ')
end
local function append(key, text, now, window)
  local value = appended(text, now, window)
  redis.call('SET', key, value, 'PX', window)
  return value
end
local function lift(key)
  local text = redis.call('GET', key)
  if text and string.sub(text, -1) ~= '!' then redis.call('SET', key, text .. '!', 'KEEPTTL') end
end
local function send_wait(text, now, cooldowns, per_hour, per_day)
  return math.max(0, cooldown_wait(text, now, cooldowns), window_wait(text, now, per_hour, HOUR), window_wait(text, now, per_day, DAY))
end
`;

/** Counts a wrong guess for the lane and for the factor; failures in a row are kept as good as for ever. */
export const WRONG_GUESS = `
local function wrong_guess(guesses_key, failures_key, before, now, per_hour, in_a_row, lane)
  local guesses = appended(before, now, HOUR)
  redis.call('HSET', guesses_key, lane, guesses)
  redis.call('PEXPIRE', guesses_key, HOUR)
  local failures = redis.call('INCR', failures_key)
  redis.call('PEXPIRE', failures_key, 315360000000)
  local free = per_hour - #times_in(guesses, now, HOUR)
  return free, failures >= in_a_row and 1 or 0, free <= 0 and 1 or 0
end
`;

/**
 * What is counted over all accounts: KEYS 7 breaker, 8 neighbours, 9 and on caps; words 12 and on. A breaker judges once per slot, by
 * the sends of the hour before the last slot (people need time to type), and lets one send through after its pause.
 */
const SPENDING = `
local min_sends, share, pause, cell, most_near, near_window = unpack(given, 12, 17)
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
  redis.call('HSET', KEYS[7], 'p', string.format('%.0f', now + pause))
  redis.call('PEXPIRE', KEYS[7], pause + 2 * HOUR)
  return pause, 1
end
local function spending_wait()
  local wait, paused = 0, 0
  if most_near >= 0 and redis.call('BITFIELD', KEYS[8], 'GET', 'u8', '#' .. cell)[1] >= most_near then wait = near_window - now % near_window end
  for i = 9, #KEYS do
    local most, window, pauses = unpack(given, 18 + (i - 9) * 3, 20 + (i - 9) * 3)
    if (tonumber(redis.call('GET', KEYS[i])) or 0) >= most then
      if pauses == 1 then paused = math.max(paused, window - now % window) else wait = math.max(wait, window - now % window) end
    end
  end
  return wait, paused
end
local function spend()
  if min_sends >= 0 then
    if on_trial then redis.call('HSET', KEYS[7], 'p', string.format('%.0f', now + pause), 't', 1) end
    redis.call('HINCRBY', KEYS[7], 's' .. slot, 1)
    redis.call('PEXPIRE', KEYS[7], pause + 2 * HOUR)
  end
  if most_near >= 0 then
    redis.call('BITFIELD', KEYS[8], 'OVERFLOW', 'SAT', 'INCRBY', 'u8', '#' .. cell, 1)
    if redis.call('PTTL', KEYS[8]) < 0 then redis.call('PEXPIRE', KEYS[8], near_window) end
  end
  for i = 9, #KEYS do
    if redis.call('INCR', KEYS[i]) == 1 then redis.call('PEXPIRE', KEYS[i], given[19 + (i - 9) * 3]) end
  end
end
`;

/** What the two scripts answer to an address that is over its limit. */
export const OVER_AT_ISSUE = "-3";
export const OVER_AT_VERIFY = "7";

const issue = (before: string, check: string, count: string) => `${LIBRARY}
local given, digest, sealed, lane = words(ARGV[1]), ARGV[2], ARGV[3], ARGV[4]
local now, ttl, same, per_hour, per_day, per_code, guesses_per_hour, in_a_row, by_account, points = unpack(given, 1, 10)
if over(KEYS[6], points) then return '${OVER_AT_ISSUE}' end
local cooldowns = {}
for step in string.gmatch(given[11], '%d+') do cooldowns[#cooldowns + 1] = step end
by_account = by_account == 1
${before}
if (tonumber(redis.call('GET', KEYS[4])) or 0) >= in_a_row then return text(-1) end
local guesses = redis.call('HGET', KEYS[3], lane)
local log = redis.call('GET', KEYS[2])
local account = by_account and redis.call('GET', KEYS[5])
local function wait_for_all()
  local wait = math.max(send_wait(log, now, cooldowns, per_hour, per_day), window_wait(guesses, now, guesses_per_hour, HOUR))
  if not by_account then return wait end
  return math.max(wait, window_wait(account, now, per_hour, HOUR), window_wait(account, now, per_day, DAY))
end
local wait = wait_for_all()
if wait > 0 then return text(0, wait) end
${check}
log = append(KEYS[2], log, now, DAY)
if by_account then account = append(KEYS[5], account, now, DAY) end
${count}
local left, expires, repeated = per_code, now + ttl, 0
local live = redis.call('HMGET', KEYS[1], 'l', 'e', 's')
local alive = live[1] and now < tonumber(live[2]) and tonumber(live[1]) > 0
if alive then left = tonumber(live[1]) end
if alive and same == 1 then
  expires, repeated = tonumber(live[2]), 1
else
  redis.call('HSET', KEYS[1], 'd', digest, 'l', left, 'e', string.format('%.0f', expires), 's', sealed)
  redis.call('PEXPIRE', KEYS[1], ttl)
end
local rest = guesses_per_hour - #times_in(guesses, now, HOUR)
local answer = text(1, repeated, math.min(left, rest), expires, wait_for_all())
if repeated == 1 then return {answer, live[3]} end
return answer
`;

/**
 * KEYS challenge, number, guesses, failures, account (looked at where the ninth word is 1), address. ARGV words (now, ttl, same, sends an
 * hour, a day, guesses of a code, an hour, in a row, by account, points of an address or -1, cooldowns), digest, sealed, lane. Answers words: 1
 * repeated left expires wait (with the sealed code behind it, where it is repeated), 0 wait, -1 (disabled), or -3 (address over its limit).
 */
export const ISSUE = issue("", "", "");

/** ISSUE, and what is counted over all accounts; also answers -2 wait tripped. */
export const ISSUE_SPENDING = issue(
  SPENDING,
  `local near, paused = spending_wait()
if near > 0 then return text(0, near) end
local broken, tripped = breaker_wait()
if math.max(paused, broken) > 0 then return text(-2, math.max(paused, broken), tripped) end`,
  "spend()",
);

/**
 * KEYS challenge, number, guesses, failures, breaker (looked at where the fifth word is 1), address. ARGV words (now, guesses an hour, in a row,
 * counted, breaker, points of an address or -1), lane, digests. Answers words: 1 resumed (passed), 2 left disabled locked (mismatch), 3 (expired), 4 counted disabled locked
 * (exhausted), 5 wait (limited), 6 (disabled), 7 (address over its limit).
 */
export const VERIFY = `${LIBRARY}${WRONG_GUESS}
local now, guesses_per_hour, in_a_row, counted, has_breaker, points = unpack(words(ARGV[1]))
local lane = ARGV[2]
if over(KEYS[6], points) then return '${OVER_AT_VERIFY}' end
local function pass()
  redis.call('DEL', KEYS[1], KEYS[4])
  redis.call('HDEL', KEYS[3], lane)
  lift(KEYS[2])
  if has_breaker ~= 1 then return text(1, 0) end
  if redis.call('HEXISTS', KEYS[5], 't') == 1 then
    redis.call('DEL', KEYS[5])
    return text(1, 1)
  end
  if redis.call('EXISTS', KEYS[5]) == 1 then redis.call('HINCRBY', KEYS[5], 'v' .. math.floor(now / SLOT), 1) end
  return text(1, 0)
end
local live = redis.call('HMGET', KEYS[1], 'd', 'l', 'e')
local over = not live[1] or now >= tonumber(live[3])
if counted == 1 then
  if over then return text(3) end
  return pass()
end
if (tonumber(redis.call('GET', KEYS[4])) or 0) >= in_a_row then return text(6) end
local guesses = redis.call('HGET', KEYS[3], lane)
local wait = window_wait(guesses, now, guesses_per_hour, HOUR)
if wait > 0 then return text(5, wait) end
if over then return text(3) end
local left = tonumber(live[2])
if left <= 0 then return text(4, 0, 0, 0) end
for i = 3, #ARGV do
  if ARGV[i] == live[1] then return pass() end
end
left = redis.call('HINCRBY', KEYS[1], 'l', -1)
local free, disabled, locked = wrong_guess(KEYS[3], KEYS[4], guesses, now, guesses_per_hour, in_a_row, lane)
if math.min(left, free) <= 0 then return text(4, 1, disabled, locked) end
return text(2, math.min(left, free), disabled, locked)
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
lift(KEYS[2])
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
