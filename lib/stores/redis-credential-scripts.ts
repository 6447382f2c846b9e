import { ATTEMPT } from "./redis-attempts.ts";

/**
 * An account has one hash: `kind:id` → value, and its own name; each id has one key, with the name of its account. Both without an expiry.
 * KEYS credentials of the account, id, attempt. ARGV field, value, most, kind and colon, account. Answers 1 when it was added.
 */
export const ADD = `${ATTEMPT}
local made = attempted(KEYS[3])
if made then return made end
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
local held = 0
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(field, 1, #ARGV[4]) == ARGV[4] then held = held + 1 end
end
if held >= tonumber(ARGV[3]) then return 0 end
remember(KEYS[3], 1, true)
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2], 'account', ARGV[5])
redis.call('SET', KEYS[2], ARGV[5])
return 1
`;

/** KEYS credentials of the account, id, attempt. ARGV field, value. What others have written since stays. */
export const WITHDRAW_ADD = `${ATTEMPT}
if not withdrawn(KEYS[3]) or redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('DEL', KEYS[2])
if redis.call('HLEN', KEYS[1]) == 1 then redis.call('DEL', KEYS[1]) end
`;

/** KEYS credentials of the account, attempt. ARGV field, before, after. Answers 1 when it was replaced. */
export const REPLACE = `${ATTEMPT}
local made = attempted(KEYS[2])
if made then return made end
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
remember(KEYS[2], 1, true)
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`;

/** KEYS credentials of the account, attempt. ARGV field, before, after. What others have written since stays. */
export const WITHDRAW_REPLACE = `${ATTEMPT}
if not withdrawn(KEYS[2]) or redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[3] then return end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
`;

/** KEYS credentials of the account, id, attempt. ARGV field. Answers 1 when it was removed. */
export const REMOVE = `${ATTEMPT}
local made = attempted(KEYS[3])
if made then return made end
local value = redis.call('HGET', KEYS[1], ARGV[1])
if not value then return 0 end
remember(KEYS[3], 1, {value = value})
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('DEL', KEYS[2])
if redis.call('HLEN', KEYS[1]) == 1 then redis.call('DEL', KEYS[1]) end
return 1
`;

/** KEYS credentials of the account, id, attempt. ARGV field, account. An id that somebody has by now stays theirs. */
export const WITHDRAW_REMOVE = `${ATTEMPT}
local undo = withdrawn(KEYS[3])
if not undo or redis.call('EXISTS', KEYS[2]) == 1 then return end
redis.call('HSET', KEYS[1], ARGV[1], undo.value, 'account', ARGV[2])
redis.call('SET', KEYS[2], ARGV[2])
`;

/**
 * KEYS credentials of the account, ids (as many as the command has). ARGV ",kind,kind," or nothing for all, fields. Answers 0, and changes nothing, where the account has others
 * of these kinds by now.
 */
export const REMOVE_ALL = `
local named = {}
for i = 2, #ARGV do named[ARGV[i]] = true end
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  local kind = string.match(field, '^([^:]*):')
  local asked = kind and (ARGV[1] == '' or string.find(ARGV[1], ',' .. kind .. ',', 1, true))
  if asked and not named[field] then return 0 end
end
for i = 2, #ARGV do
  if redis.call('HDEL', KEYS[1], ARGV[i]) == 1 then redis.call('DEL', KEYS[i]) end
end
if redis.call('HLEN', KEYS[1]) == 1 then redis.call('DEL', KEYS[1]) end
return 1
`;

/**
 * KEYS what the keys of a tenant's accounts begin with: no key itself, it leads to the right node of a Cluster, and ioredis puts its own `keyPrefix`
 * before it. ARGV cursor, how many to look at. Answers the next cursor, and what the keys end with.
 */
export const SCAN = `
local pattern = string.gsub(KEYS[1], '[%*%?%[%]%^\\\\]', '\\\\%0') .. '*'
local page = redis.call('SCAN', ARGV[1], 'MATCH', pattern, 'COUNT', ARGV[2])
local ends = {}
for i, key in ipairs(page[2]) do ends[i] = string.sub(key, #KEYS[1] + 1) end
return {page[1], ends}
`;
