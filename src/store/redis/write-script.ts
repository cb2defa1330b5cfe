import { createServerScript } from './server-script.ts';

/**
 * KEYS: n watched keys, of which the last c change; z sets that must be empty; m sets; then the audit
 * stream and the operation if there are such. ARGV: n, c, z, m; n expected values, c new values
 * ('' = absent); for each of the m sets the command, its test and the member; then audit entry and
 * length, operation value and life ('' = none).
 *
 * Redis undoes nothing of a script that fails half way. So all that can fail is tried before the
 * first write: the types of keys, and where the server can tell (`acl_check_cmd`, Redis 7) whether
 * this user may write them. What Redis refuses for its own state (full, read-only, disk), it refuses
 * at the first write of a script or not at all. Should something fail later all the same, the audit
 * trail and the lists are ahead of the records, never behind them, and the operation does not count
 * as done.
 *
 * Replies `done`; `repeated` with the operation's value; `changed` with the present values;
 * `occupied` with the place of the set that is not empty; `failed` with `before` or `amid`, and
 * what Redis said.
 */
export const writeIfUnchanged = createServerScript(`
local n, c, z, m = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local sets, rest = 4 + n + c, 4 + n + c + 3 * m
local entry, length, value, life = ARGV[rest + 1], ARGV[rest + 2], ARGV[rest + 3], ARGV[rest + 4]
local at, audit, operation = n + z + m, nil, nil
if entry ~= '' then at = at + 1; audit = KEYS[at] end
if value ~= '' then at = at + 1; operation = KEYS[at] end

local function check()
  if operation then
    local done = redis.call('GET', operation)
    if done then return {'repeated', done} end
  end
  if n > 0 then
    local current = redis.call('MGET', unpack(KEYS, 1, n))
    for i = 1, n do
      if (current[i] or '') ~= ARGV[4 + i] then return {'changed', current} end
    end
  end
  for i = n + 1, n + z do
    if redis.call('ZCARD', KEYS[i]) > 0 then return {'occupied', i - n - 1} end
  end
  for i = 1, m do
    local a = sets + 3 * (i - 1)
    redis.call(ARGV[a + 2], KEYS[n + z + i], ARGV[a + 3])
  end
  if audit then redis.call('XLEN', audit) end
end

local function each(run)
  if audit then run('XADD', audit, 'MAXLEN', '~', length, '*', 'entry', entry) end
  for i = 1, m do
    local a = sets + 3 * (i - 1)
    local command, key, member = ARGV[a + 1], KEYS[n + z + i], ARGV[a + 3]
    if command == 'ZADD' then run(command, key, 0, member) else run(command, key, member) end
  end
  for i = 1, c do
    local key, wanted = KEYS[n - c + i], ARGV[4 + n + i]
    if wanted == '' then run('DEL', key) else run('SET', key, wanted) end
  end
  if operation then run('SET', operation, value, 'PX', life) end
end

local function rehearse(...)
  if not redis.acl_check_cmd(...) then error('NOPERM ' .. select(1, ...)) end
end

local written = false
local function write(...)
  redis.call(...)
  written = true
end

local fine, reply = pcall(function()
  local found = check()
  if found then return found end
  if redis.acl_check_cmd then each(rehearse) end
  each(write)
  return {'done'}
end)
if fine then return reply end
local text = type(reply) == 'table' and reply.err or tostring(reply)
return {'failed', written and 'amid' or 'before', text}
`);
