/**
 * The atomic steps. All keys of a step lie in one slot, by the hash tag of the prefix. Digests are compared with plain
 * equality: they are HMACs under a secret that the guesser has not, so the time of a comparison tells nothing of the code.
 */

const LIBRARY = `
local HOUR, DAY = 3600000, 86400000
local function times_in(text, now, window)
  local list = {}
  if text then
    for time in string.gmatch(text, '%d+') do
      if now - tonumber(time) < window then list[#list + 1] = tonumber(time) end
    end
  end
  return list
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
local function append(key, text, now, window)
  local kept = {}
  if text then
    for entry in string.gmatch(text, '%S+') do
      if now - tonumber(string.match(entry, '%d+')) < window then kept[#kept + 1] = entry end
    end
  end
  kept[#kept + 1] = string.format('%.0f', now)
  local value = table.concat(kept, ' ')
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

/** KEYS challenge, number, guesses, failures, account (looked at where the last ARGV is 1). Answers {1, repeated, sealed, left, expires, wait} or {0, wait} or {-1}. */
export const ISSUE = `${LIBRARY}
local now, ttl, digest, sealed, resend = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4], ARGV[5]
local cooldowns = {}
for step in string.gmatch(ARGV[6], '%d+') do cooldowns[#cooldowns + 1] = step end
local per_hour, per_day = tonumber(ARGV[7]), tonumber(ARGV[8])
local per_code, guesses_per_hour, in_a_row = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
if (tonumber(redis.call('GET', KEYS[4])) or 0) >= in_a_row then return {-1} end
local guesses = redis.call('GET', KEYS[3])
local log = redis.call('GET', KEYS[2])
local by_account = ARGV[12] == '1'
local account = by_account and redis.call('GET', KEYS[5])
local function wait_for_all()
  local wait = math.max(send_wait(log, now, cooldowns, per_hour, per_day), window_wait(guesses, now, guesses_per_hour, HOUR))
  if not by_account then return wait end
  return math.max(wait, window_wait(account, now, per_hour, HOUR), window_wait(account, now, per_day, DAY))
end
local wait = wait_for_all()
if wait > 0 then return {0, wait} end
log = append(KEYS[2], log, now, DAY)
if by_account then account = append(KEYS[5], account, now, DAY) end
local left, expires, repeated = per_code, now + ttl, 0
local live = redis.call('HMGET', KEYS[1], 'l', 'e', 's')
local alive = live[1] and now < tonumber(live[2]) and tonumber(live[1]) > 0
if alive then left = tonumber(live[1]) end
if alive and resend == 'same' then
  sealed, expires, repeated = live[3], tonumber(live[2]), 1
else
  redis.call('HSET', KEYS[1], 'd', digest, 'l', left, 'e', string.format('%.0f', expires), 's', sealed)
  redis.call('PEXPIRE', KEYS[1], ttl)
end
local rest = guesses_per_hour - #times_in(guesses, now, HOUR)
return {1, repeated, sealed, math.min(left, rest), string.format('%.0f', expires), wait_for_all()}
`;

/** KEYS challenge, number, guesses, failures. Answers {code, n, disabled}: 1 passed, 2 mismatch, 3 expired, 4 exhausted, 5 limited, 6 disabled. */
export const VERIFY = `${LIBRARY}
local FOR_EVER = 315360000000
local now, guesses_per_hour, in_a_row = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if (tonumber(redis.call('GET', KEYS[4])) or 0) >= in_a_row then return {6} end
local guesses = redis.call('GET', KEYS[3])
local wait = window_wait(guesses, now, guesses_per_hour, HOUR)
if wait > 0 then return {5, wait} end
local live = redis.call('HMGET', KEYS[1], 'd', 'l', 'e')
if not live[1] or now >= tonumber(live[3]) then return {3} end
local left = tonumber(live[2])
if left <= 0 then return {4, 0, 0} end
for i = 4, #ARGV do
  if ARGV[i] == live[1] then
    redis.call('DEL', KEYS[1], KEYS[3], KEYS[4])
    lift(KEYS[2])
    return {1}
  end
end
left = redis.call('HINCRBY', KEYS[1], 'l', -1)
guesses = append(KEYS[3], guesses, now, HOUR)
local failures = redis.call('INCR', KEYS[4])
redis.call('PEXPIRE', KEYS[4], FOR_EVER)
local rest = math.min(left, guesses_per_hour - #times_in(guesses, now, HOUR))
local disabled = failures >= in_a_row and 1 or 0
if rest <= 0 then return {4, 0, disabled} end
return {2, rest, disabled}
`;

/** KEYS challenge, number. */
export const REVOKE = `${LIBRARY}
redis.call('DEL', KEYS[1])
if ARGV[1] == '1' then lift(KEYS[2]) end
return 1
`;
