import type { RedisClient } from './client.ts';
import { createServerScript } from './server-script.ts';

/** One id that joins or leaves a set. */
export interface MemberChange {
  readonly key: string;
  readonly member: string;
  readonly change: 'add' | 'remove';
  /** `sorted`: all scores are 0, so that the members lie in the order of their bytes. */
  readonly type: 'plain' | 'sorted';
}

/** One change of the store, at once or not at all. */
export interface AtomicWrite {
  /** What was looked at: the write holds only while it is so. `null` = nothing there. */
  readonly expected: ReadonlyMap<string, string | null>;
  /** New values of keys that `expected` has; `null` = to be removed. */
  readonly changes: ReadonlyMap<string, string | null>;
  readonly members: readonly MemberChange[];
  /** An entry of the audit trail, of which about `maxLength` are kept. */
  readonly audit?: { readonly key: string; readonly entry: string; readonly maxLength: number };
  /** What to answer when the same operation comes again. */
  readonly operation?: { readonly key: string; readonly value: string; readonly ttlMs: number };
}

export type WriteReply =
  | { readonly kind: 'done' }
  /** Something differs, and nothing was written; the present values of all that was expected. */
  | { readonly kind: 'changed'; readonly values: ReadonlyMap<string, string | null> }
  /** The operation was done before, with this value. */
  | { readonly kind: 'repeated'; readonly value: string };

/**
 * KEYS: n expected keys, m sets, then the audit stream and the operation if there are such. ARGV:
 * n, m, n expected and n new values ('' = absent), for each set the command, its opposite test and
 * the member, then audit entry and length, operation value and life ('' = none).
 * What can fail because a key has another type is tried before the first write.
 */
const writeIfUnchanged = createServerScript(`
local n, m = tonumber(ARGV[1]), tonumber(ARGV[2])
local rest = 2 + 2 * n + 3 * m
local entry, length, value, life = ARGV[rest + 1], ARGV[rest + 2], ARGV[rest + 3], ARGV[rest + 4]
local at, audit, operation = n + m, nil, nil
if entry ~= '' then at = at + 1; audit = KEYS[at] end
if value ~= '' then at = at + 1; operation = KEYS[at] end
if operation then
  local done = redis.call('GET', operation)
  if done then return {'repeated', done} end
end
local current = redis.call('MGET', unpack(KEYS, 1, n))
for i = 1, n do
  if (current[i] or '') ~= ARGV[2 + i] then return {'changed', current} end
end
for i = 1, m do
  local a = 2 + 2 * n + 3 * (i - 1)
  redis.call(ARGV[a + 2], KEYS[n + i], ARGV[a + 3])
end
if audit then redis.call('XLEN', audit) end
for i = 1, n do
  local wanted = ARGV[2 + n + i]
  if wanted == '' then
    if current[i] then redis.call('DEL', KEYS[i]) end
  elseif wanted ~= current[i] then
    redis.call('SET', KEYS[i], wanted)
  end
end
for i = 1, m do
  local a = 2 + 2 * n + 3 * (i - 1)
  local command, key, member = ARGV[a + 1], KEYS[n + i], ARGV[a + 3]
  if command == 'ZADD' then redis.call('ZADD', key, 0, member)
  else redis.call(command, key, member) end
end
if audit then redis.call('XADD', audit, 'MAXLEN', '~', length, '*', 'entry', entry) end
if operation then redis.call('SET', operation, value, 'PX', life) end
return {'done'}
`);

const commands = {
  plain: { add: ['SADD', 'SISMEMBER'], remove: ['SREM', 'SISMEMBER'] },
  sorted: { add: ['ZADD', 'ZSCORE'], remove: ['ZREM', 'ZSCORE'] },
} as const;

/** Rejects when Redis cannot do it, or does not say that it did. */
export async function writeAtomically(
  client: RedisClient,
  { expected, changes, members, audit, operation }: AtomicWrite,
): Promise<WriteReply> {
  const watched = [...expected.keys()];
  const keys = [...watched, ...members.map(({ key }) => key)];
  if (audit !== undefined) keys.push(audit.key);
  if (operation !== undefined) keys.push(operation.key);
  const reply = await writeIfUnchanged(client, keys, [
    String(watched.length),
    String(members.length),
    ...watched.map((key) => expected.get(key) ?? ''),
    ...watched.map((key) => (changes.has(key) ? changes.get(key) : expected.get(key)) ?? ''),
    ...members.flatMap(({ type, change, member }) => [...commands[type][change], member]),
    ...(audit === undefined ? ['', ''] : [audit.entry, String(audit.maxLength)]),
    ...(operation === undefined ? ['', ''] : [operation.value, String(operation.ttlMs)]),
  ]);
  return readReply(reply, watched);
}

function readReply(reply: unknown, watched: readonly string[]): WriteReply {
  const [kind, content] = Array.isArray(reply) ? (reply as readonly unknown[]) : [];
  if (kind === 'done') return { kind };
  if (kind === 'repeated' && typeof content === 'string') return { kind, value: content };
  if (kind !== 'changed' || !Array.isArray(content)) throw new Error('an unknown reply');
  const values = new Map<string, string | null>();
  for (const [index, key] of watched.entries()) {
    const value: unknown = content[index];
    values.set(key, typeof value === 'string' ? value : null);
  }
  return { kind, values };
}
