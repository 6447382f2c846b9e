import { ATTEMPT } from "./redis-attempts.ts";
import { LIBRARY, TAKE_OUT } from "./redis-script-library.ts";

/** Takes back what ISSUE and VERIFY did. Each is good for any number of times, and for a step that did nothing; a step that has not come yet does nothing more. */

const withdrawIssue = (spending: string) => `${LIBRARY}${TAKE_OUT}${ATTEMPT}
local given = cjson.decode(ARGV[1])
local now, by_account, record = given[1], given[9], given[14]
local undo = withdrawn(KEYS[#KEYS])
if undo and undo.tripped then
  redis.call('HDEL', KEYS[7], 'p')
  return
end
local left, expires, digest, sealed, about, by, note = read_pending(redis.call('GET', KEYS[1]))
local is_mine = left and sealed == record[1]
if not undo and not is_mine then return end
if not undo or not undo.before then
  if is_mine then redis.call('DEL', KEYS[1]) end
else
  local left_before, expires_before, digest_before, sealed_before, about_before, by_before, note_before = read_pending(undo.before)
  if undo.repeated then
    if left and sealed == sealed_before then write_pending(KEYS[1], left, expires, digest, sealed, about, by_before, note, 'KEEPTTL') end
  elseif is_mine and undo.ttl > 0 then
    -- A wrong guess that came since is not forgotten.
    local left_now = math.max(0, left_before - undo.left + left)
    write_pending(KEYS[1], left_now, expires_before, digest_before, sealed_before, about_before, by_before, note_before, 'PX', undo.ttl)
  elseif is_mine then
    redis.call('DEL', KEYS[1])
  end
end
local time = string.format('%d', now)
take_out_send(KEYS[2], time)
if by_account == 1 then take_out_send(KEYS[5], time) end
${spending}
`;

/** KEYS and ARGV of ISSUE. The code that it made is gone, the one before it is back, and no send was counted. */
export const WITHDRAW_ISSUE = withdrawIssue("");

/** The same of ISSUE_SPENDING. A key that holds nothing more is not kept. */
export const WITHDRAW_ISSUE_SPENDING = withdrawIssue(`
local min_sends, most_near, cell = given[15], given[19], given[18]
if min_sends >= 0 then
  local slot = 's' .. math.floor(now / SLOT)
  if redis.call('HEXISTS', KEYS[7], slot) == 1 and redis.call('HINCRBY', KEYS[7], slot, -1) <= 0 then redis.call('HDEL', KEYS[7], slot) end
  if undo and undo.trial and redis.call('HEXISTS', KEYS[7], 't') == 1 then
    redis.call('HSET', KEYS[7], 'p', undo.trial)
    redis.call('HDEL', KEYS[7], 't')
  end
end
if most_near >= 0 then
  local count = redis.call('BITFIELD', KEYS[8], 'GET', 'u8', '#' .. cell)[1]
  if count > 0 then redis.call('BITFIELD', KEYS[8], 'SET', 'u8', '#' .. cell, count - 1) end
end
for i = 9, #KEYS - 1 do
  if (tonumber(redis.call('GET', KEYS[i])) or 0) > 0 and redis.call('DECR', KEYS[i]) <= 0 then redis.call('DEL', KEYS[i]) end
end`);

/**
 * KEYS of VERIFY. ARGV bucket, attempt, digest that somebody else has found right (or none). The code is pending again with the guesses that it had, and
 * what its passing ended stands again; a guess that was counted as wrong was none.
 */
export const WITHDRAW_VERIFY = `${LIBRARY}${TAKE_OUT}${ATTEMPT}
local bucket, attempt, found_right = ARGV[1], ARGV[2], ARGV[3]
local undo = withdrawn(KEYS[7])
local left, expires, digest, sealed, about, by, note = read_pending(redis.call('GET', KEYS[1]))
local function put_back(digest, sealed)
  -- Whoever made the code has forgotten it: it is this package that knows it from now on.
  if found_right ~= '' and string.sub(sealed, 1, 1) ~= '=' then digest, sealed = found_right, '=' .. sealed end
  write_pending(KEYS[1], left, expires, digest, sealed, about, by, note, 'KEEPTTL')
end
if left and has_passed(sealed) then
  local passed = read_passed(sealed)
  if passed.attempt == attempt then
    put_back(passed.digest, passed.sealed)
    if passed.failed ~= '' then redis.call('SET', KEYS[4], string.format('%d', passed.failed + (redis.call('GET', KEYS[4]) or 0)), 'PX', 315360000000) end
    if passed.log ~= '' then
      local since = redis.call('HGET', KEYS[3], bucket)
      redis.call('HSET', KEYS[3], bucket, passed.log .. (since and ' ' .. since or ''))
      redis.call('PEXPIRE', KEYS[3], HOUR)
    end
    local sends = redis.call('GET', KEYS[2])
    if passed.lifted ~= '' and sends and string.match(sends, '(%d+)!$') == passed.lifted then redis.call('SET', KEYS[2], string.sub(sends, 1, -2), 'KEEPTTL') end
    if passed.learned ~= '' and (tonumber(redis.call('HGET', KEYS[5], passed.learned)) or 0) > 0 and redis.call('HINCRBY', KEYS[5], passed.learned, -1) <= 0 then
      redis.call('HDEL', KEYS[5], passed.learned)
    end
    return
  end
elseif left and found_right ~= '' then
  put_back(digest, sealed)
end
if not undo then return end
if left and string.find(sealed, undo.sealed, 1, true) then write_pending(KEYS[1], left + 1, expires, digest, sealed, about, by, note, 'KEEPTTL') end
if undo.wrong then take_out_guess(KEYS[3], KEYS[4], bucket, undo.wrong) end
`;
