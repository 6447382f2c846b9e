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
-- What is pending is one text: guesses left, expiry, digest, sealed code, what it is about, the factors that carried it, note. Once it has passed, the
-- code is "+attempt" until the record expires.
local function read_pending(text)
  local left, expires, digest, sealed, about, by, note = string.match(text or '', '^(%d+) (%d+) (%S+) (%S+) (%S+) (%S+) ?(.*)$')
  return tonumber(left), tonumber(expires), digest, sealed, about, by, note
end
local function write_pending(key, left, expires, digest, sealed, about, by, note, ...)
  redis.call('SET', key, string.format('%d %d %s %s %s %s %s', left, expires, digest, sealed, about, by, note), ...)
end
local function has_passed(sealed) return string.sub(sealed, 1, 1) == '+' end
local function is_any(value, list)
  for _, each in ipairs(list) do if each == value then return true end end
  return false
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
