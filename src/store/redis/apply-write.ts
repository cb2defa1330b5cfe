import { writeAtomically } from './atomic-write.ts';
import type { RedisClient } from './client.ts';
import type { ImportTrail } from './import-trail.ts';
import type { RedisKeys } from './keys.ts';
import type { KnownValues, PlannedWrite, WritePlan } from './plan-write.ts';
/** Somebody else changes the same Consumer all the time, or the plan never ends. */
const maxRounds = 20;

export interface ApplyWriteOptions {
  readonly client: RedisClient;
  readonly keys: RedisKeys;
  /** Plan only. */
  readonly dryRun: boolean;
  /** Told of each change. */
  readonly trail?: ImportTrail;
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
  { changes, members, told }: WritePlan,
  known: Map<string, string | null>,
  { client, trail }: ApplyWriteOptions,
): Promise<boolean> {
  const telling = told && trail?.tell(told);
  const reply = await writeAtomically(client, {
    expected: known,
    ...telling,
    changes,
    members: [...members, ...(telling?.members ?? [])],
  });
  if (reply.kind !== 'changed') {
    await trail?.settle();
    return true;
  }
  if (telling) trail?.withdraw(telling);
  for (const [key, value] of reply.values) known.set(key, value);
  return false;
}
