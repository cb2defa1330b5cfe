import type { RedisClient } from './client.ts';
import type { RedisKeys } from './keys.ts';
import type { KnownValues, PlannedWrite, WritePlan } from './plan-write.ts';
import { createServerScript } from './server-script.ts';

/**
 * One write, atomic: KEYS are the keys that were looked at and the set of all Consumers; ARGV the
 * number of the former, their expected and their new values ('' = absent), then what leaves and
 * what joins the set. Answers 1, or where something differs the present values, unchanged.
 */
const writeIfUnchanged = createServerScript(`
local n = tonumber(ARGV[1])
local current = redis.call('MGET', unpack(KEYS, 1, n))
for i = 1, n do
  if (current[i] or '') ~= ARGV[1 + i] then return current end
end
for i = 1, n do
  local value = ARGV[1 + n + i]
  if value == '' then
    if current[i] then redis.call('DEL', KEYS[i]) end
  elseif value ~= current[i] then
    redis.call('SET', KEYS[i], value)
  end
end
local removed, added = ARGV[2 + 2 * n], ARGV[3 + 2 * n]
if removed ~= '' then redis.call('SREM', KEYS[n + 1], removed) end
if added ~= '' then redis.call('SADD', KEYS[n + 1], added) end
return 1
`);

/** Somebody else changes the same Consumer all the time, or the plan never ends. */
const maxRounds = 20;

export interface ApplyWriteOptions {
  readonly client: RedisClient;
  readonly keys: RedisKeys;
  /** Plan only. */
  readonly dryRun: boolean;
}

/**
 * Writes by plan: `plan` is asked again, with more known, until nothing it was made from has
 * changed. At first all of `guess` is taken to be absent, so that a new Consumer costs one call.
 */
export async function applyWrite(
  plan: (known: KnownValues) => PlannedWrite,
  guess: readonly string[],
  options: ApplyWriteOptions,
): Promise<Exclude<PlannedWrite, { kind: 'read' }>> {
  const known = new Map<string, string | null>();
  if (!options.dryRun) for (const key of guess) known.set(key, null);
  for (let round = 0; round < maxRounds; round += 1) {
    const planned = plan(known);
    if (planned.kind === 'refused') return planned;
    if (planned.kind === 'read') await read(planned.keys, known, options.client);
    else if (planned.outcome === 'unchanged' || options.dryRun) return planned;
    else if (await write(planned, known, options)) return planned;
  }
  throw new Error('the Consumer was changed again and again meanwhile');
}

async function read(
  wanted: readonly string[],
  known: Map<string, string | null>,
  client: RedisClient,
): Promise<void> {
  const values = await client.mget([...wanted]);
  for (const [index, key] of wanted.entries()) known.set(key, values[index] ?? null);
}

/** Whether the plan still held; if not, `known` is brought up to date. */
async function write(
  plan: WritePlan,
  known: Map<string, string | null>,
  { client, keys }: ApplyWriteOptions,
): Promise<boolean> {
  const watched = [...known.keys()];
  const expected = watched.map((key) => known.get(key) ?? '');
  const values = watched.map((key) => {
    const value = plan.changes.get(key);
    return (value === undefined ? known.get(key) : value) ?? '';
  });
  const reply = await writeIfUnchanged(
    client,
    [...watched, keys.members],
    [String(watched.length), ...expected, ...values, plan.removed ?? '', plan.added ?? ''],
  );
  if (!Array.isArray(reply)) return true;
  for (const [index, key] of watched.entries()) {
    const value: unknown = reply[index];
    known.set(key, typeof value === 'string' ? value : null);
  }
  return false;
}
