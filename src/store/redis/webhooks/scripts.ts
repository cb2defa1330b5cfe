import { createServerScript } from '../server-script.ts';

/**
 * `KEYS` cursor, audit. ARGV: where the cursor was before Redis lost it ('' = nobody knows). Begins there,
 * or at the end of the trail, unless somebody has begun.
 */
export const begin = createServerScript(`
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)
local start = last[1] and last[1][1] or '0-0'
if ARGV[1] ~= '' then start = ARGV[1] end
redis.call('SET', KEYS[1], start, 'NX')
return 1`);

/**
 * Moves the cursor of the trail over an entry, and puts its deliveries into their lanes; a full
 * endpoint gets dead letters instead. 0 = somebody else has moved it. The cursor comes last: an error
 * in between repeats deliveries and loses none.
 * KEYS: cursor, dead letters, then due, lane and state of each delivery. ARGV: cursor before and
 * after, now, most pending, most dead letters, life, then registration, delivery and letter of each.
 */
export const moveOn = createServerScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
for i = 1, (#KEYS - 2) / 3 do
  local due, lane, state = KEYS[3 * i], KEYS[3 * i + 1], KEYS[3 * i + 2]
  local member, delivery, letter = ARGV[4 + 3 * i], ARGV[5 + 3 * i], ARGV[6 + 3 * i]
  if tonumber(redis.call('HGET', state, 'pending') or '0') >= tonumber(ARGV[4]) then
    redis.call('XADD', KEYS[2], 'MAXLEN', ARGV[5], '*', 'letter', letter)
  else
    redis.call('RPUSH', lane, delivery)
    redis.call('ZADD', due, 'NX', ARGV[3], member)
    redis.call('HINCRBY', state, 'pending', 1)
    for _, key in ipairs({due, lane, state}) do redis.call('PEXPIRE', key, ARGV[6]) end
  end
end
redis.call('SET', KEYS[1], ARGV[2])
return 1`);

/**
 * Leases the first delivery of a registration, if its time has come. KEYS: due, lane, state. ARGV:
 * registration, now, end of the lease, life.
 */
export const lease = createServerScript(`
local at = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not at or tonumber(at) > tonumber(ARGV[2]) then return false end
local head = redis.call('LINDEX', KEYS[2], 0)
if not head then redis.call('ZREM', KEYS[1], ARGV[1]) return false end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[4]) end
return head`);

/** In what follows `take` ends the first delivery of a registration, and makes the next one due. */
const take = `
local function take(due, lane, state, member, now)
  redis.call('LPOP', lane)
  redis.call('HINCRBY', state, 'pending', -1)
  if redis.call('EXISTS', lane) == 1 then redis.call('ZADD', due, now, member)
  else redis.call('ZREM', due, member) end
end`;

/**
 * KEYS: due, lane, state. ARGV: registration, id, now. What another process has meanwhile tried in
 * vain is delivered all the same; what it has settled stays so.
 */
export const settle = createServerScript(`${take}
local head = redis.call('LINDEX', KEYS[2], 0)
if not head or cjson.decode(head).id ~= ARGV[2] then return 0 end
take(KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[3])
redis.call('HSET', KEYS[3], 'success', ARGV[3])
return 1`);

/** KEYS: due, lane, state. ARGV: registration, delivery before and after, now, next attempt, problem. */
export const postpone = createServerScript(`
if redis.call('LINDEX', KEYS[2], 0) ~= ARGV[2] then return 0 end
redis.call('LSET', KEYS[2], 0, ARGV[3])
redis.call('ZADD', KEYS[1], ARGV[5], ARGV[1])
redis.call('HSET', KEYS[3], 'failure', ARGV[4], 'problem', ARGV[6])
return 1`);

/**
 * KEYS: due, lane, state, dead letters. ARGV: registration, delivery, now, problem, letter, most dead
 * letters.
 */
export const bury = createServerScript(`${take}
if redis.call('LINDEX', KEYS[2], 0) ~= ARGV[2] then return 0 end
redis.call('XADD', KEYS[4], 'MAXLEN', ARGV[6], '*', 'letter', ARGV[5])
take(KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[3])
redis.call('HSET', KEYS[3], 'failure', ARGV[3], 'problem', ARGV[4])
return 1`);

/** KEYS: due, lane, state, dead letters. ARGV: position, registration, delivery, now, life. */
export const revive = createServerScript(`
if redis.call('XDEL', KEYS[4], ARGV[1]) == 0 then return 0 end
redis.call('RPUSH', KEYS[2], ARGV[3])
redis.call('ZADD', KEYS[1], 'NX', ARGV[4], ARGV[2])
redis.call('HINCRBY', KEYS[3], 'pending', 1)
for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ARGV[5]) end
return 1`);
