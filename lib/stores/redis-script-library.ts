/** What the scripts share: logs of times, and the text of a pending code. */
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
-- What is pending is one text: guesses left, expiry, digest, sealed code, what it is about, the factors that carried it, note. In front of the
-- sealed code stands "=" where somebody else has found it right; once it has passed, what write_passed tells.
local function read_pending(text)
  local left, expires, digest, sealed, about, by, note = string.match(text or '', '^(%d+) (%d+) (%S+) (%S+) (%S+) (%S+) ?(.*)$')
  return tonumber(left), tonumber(expires), digest, sealed, about, by, note
end
local function write_pending(key, left, expires, digest, sealed, about, by, note, ...)
  redis.call('SET', key, string.format('%d %d %s %s %s %s %s', left, expires, digest, sealed, about, by, note), ...)
end
local function has_passed(sealed) return string.sub(sealed, 1, 1) == '+' end
-- In which request a code has passed, and what it takes to undo that.
local function write_passed(attempt, digest, sealed, failed, log, lifted, learned)
  return '+' .. table.concat({attempt, digest, sealed, failed or '', string.gsub(log or '', ' ', ','), lifted or '', learned}, '+')
end
local function read_passed(text)
  local attempt, digest, sealed, failed, log, lifted, learned = string.match(text, '^%+([^+]*)%+([^+]*)%+([^+]*)%+([^+]*)%+([^+]*)%+([^+]*)%+([^+]*)$')
  return {attempt = attempt, digest = digest, sealed = sealed, failed = failed, log = log and string.gsub(log, ',', ' '), lifted = lifted, learned = learned}
end
local function is_any(value, list)
  for _, each in ipairs(list) do if each == value then return true end end
  return false
end
-- Answers the send that it lifted the cooldown of.
local function lift(key, text)
  if not text or string.sub(text, -1) == '!' then return nil end
  redis.call('SET', key, text .. '!', 'KEEPTTL')
  return string.match(text, '%d+$')
end
`;

/** Takes one time out of a log: what was withdrawn has not happened. */
export const TAKE_OUT = `
local function without(text, time)
  local rest, found = {}, false
  for entry in string.gmatch(text or '', '%S+') do
    if not found and string.match(entry, '%d+') == time then
      found = true
      -- What was lifted before it stays so.
      if string.sub(entry, -1) == '!' and #rest > 0 and string.sub(rest[#rest], -1) ~= '!' then rest[#rest] = rest[#rest] .. '!' end
    else
      rest[#rest + 1] = entry
    end
  end
  return found, table.concat(rest, ' ')
end
local function take_out_send(key, time)
  local found, rest = without(redis.call('GET', key), time)
  if not found then return end
  if rest == '' then redis.call('DEL', key) else redis.call('SET', key, rest, 'KEEPTTL') end
end
local function take_out_guess(guesses_key, failures_key, bucket, time)
  local found, rest = without(redis.call('HGET', guesses_key, bucket), time)
  if not found then return end
  if rest == '' then redis.call('HDEL', guesses_key, bucket) else redis.call('HSET', guesses_key, bucket, rest) end
  if redis.call('DECR', failures_key) <= 0 then redis.call('DEL', failures_key) end
end
`;

/** Counts a wrong guess for the bucket and for the factor; failures in a row are kept as good as for ever. */
export const WRONG_GUESS = `
local function wrong_guess(guesses_key, failures_key, log, times, now, per_hour, in_a_row, bucket)
  redis.call('HSET', guesses_key, bucket, appended(log, now, HOUR))
  redis.call('PEXPIRE', guesses_key, HOUR)
  local failures = redis.call('INCR', failures_key)
  if failures == 1 then redis.call('PEXPIRE', failures_key, 315360000000) end
  local free = per_hour - #times - 1
  return free, failures >= in_a_row and 1 or 0, free <= 0 and 1 or 0
end
`;
