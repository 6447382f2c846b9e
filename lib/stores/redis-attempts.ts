import { randomToken } from "../crypto/random-token.ts";
import { WITHDRAW_WITHIN_MS } from "./redis-withdrawals.ts";

/**
 * A step that may be carried out twice (ioredis sends again what was in flight when a connection was cut) or be withdrawn has a key of its own: what
 * it answered, and what it takes to undo it. A step that changes nothing needs none.
 */
export const ATTEMPT = `
-- What a step answered when it was carried out before; an error where it was withdrawn.
local function answered(text)
  return cjson.decode(text).answer or redis.error_reply('WITHDRAWN by whoever asked')
end
-- The same of this very step, if it was.
local function attempted(key)
  local text = redis.call('GET', key)
  return text and answered(text)
end
local function remember(key, answer, undo)
  redis.call('SET', key, cjson.encode({answer = answer, undo = undo}), 'PX', ${WITHDRAW_WITHIN_MS})
end
-- What it takes to undo the step, once; from now on it is not carried out any more.
local function withdrawn(key)
  local text = redis.call('GET', key)
  redis.call('SET', key, '{}', 'PX', ${WITHDRAW_WITHIN_MS})
  return text and cjson.decode(text).undo
end
`;

/** The key of a step; without a name, of one that nobody has made before. */
export const attemptKey = (prefix: string, name = randomToken(12)): string => `${prefix}x${name}`;
