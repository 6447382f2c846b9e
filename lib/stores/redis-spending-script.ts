/**
 * What is counted over all accounts: KEYS 7 breaker, 8 neighbours, 9 and on caps, and the attempt behind them; values 15 and on. A breaker judges once per slot, by
 * the sends of the hour before the last slot (people need time to type), and lets one send through after its pause.
 */
export const SPENDING = `
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
    trial = on_trial and state[1] or nil
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
  for i = 9, #KEYS - 1 do
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
  for i = 9, #KEYS - 1 do
    if redis.call('INCR', KEYS[i]) == 1 then redis.call('PEXPIRE', KEYS[i], given[22 + (i - 9) * 3]) end
  end
end
`;
