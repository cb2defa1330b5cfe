import { halt, pass, type Step } from '../../../lib/step.ts';
import type { Dossier } from '../../../registry/dossier.ts';
import type { EntityKind, RegistryProblem } from '../../../registry/problem.ts';
import type { AtomicWrite } from '../atomic-write.ts';
import type { RedisKeys } from '../keys.ts';
import type { DossierReader, StoredDossier } from './dossier-reader.ts';
import {
  compareMembers,
  compareValues,
  emptyFootprint,
  footprintOf,
  type Claim,
} from './footprint.ts';

export type PlannedChange = Pick<AtomicWrite, 'changes' | 'members' | 'unless'>;

/**
 * What has to change in the store to go from one dossier to the next; null = there is none (any
 * more). Whatever the next one lays claim to must be free. What is not known yet is taken to be in
 * order, which saves a reading; if it is not, the write does not hold and the plan is made again.
 */
export async function planSave(
  before: StoredDossier | null,
  after: Dossier | null,
  reader: DossierReader,
  keys: RedisKeys,
): Promise<Step<PlannedChange, RegistryProblem>> {
  const old = before?.footprint ?? emptyFootprint;
  const next = footprintOf(after, keys);
  for (const [key, { text }] of old.values) reader.assume(key, text);
  for (const key of next.values.keys()) reader.assume(key, null);
  const present = (key: string) => reader.known.get(key) ?? null;
  const ownId = before === null ? null : before.dossier.record.id;
  for (const [key, { claim }] of next.values) {
    if (old.values.has(key)) continue;
    const free = await checkFree(claim, present(key), ownId, reader);
    if (!free.ok) return free;
  }
  return pass({ changes: compareValues(old, next), members: compareMembers(old, next) });
}

/** Whether what stands at a key is left over, or this Consumer's own; null = a new Consumer. */
async function checkFree(
  claim: Claim,
  present: string | null,
  consumerId: string | null,
  reader: DossierReader,
): Promise<Step<null, RegistryProblem>> {
  if (present === null || claim.kind === 'details') return pass(null);
  const found =
    claim.kind === 'attribute'
      ? await reader.find(claim.by, claim.value)
      : await reader.find('id', present);
  if (!found.ok) return found;
  const holder = found.value?.dossier;
  if (holder === undefined) return pass(null);
  if (claim.kind === 'attribute') {
    return holder.record.id === consumerId
      ? pass(null)
      : halt({ kind: 'conflict', attribute: claim.by, holder: nameHolder(holder) });
  }
  if (!hasPart(holder, claim.id)) return pass(null);
  return halt({ kind: 'conflict', attribute: 'id', holder: { entity: claim.kind, id: claim.id } });
}

function nameHolder({ record, application }: Dossier): { entity: EntityKind; id: string } {
  return application === null
    ? { entity: 'consumer', id: record.id }
    : { entity: 'application', id: application.id };
}

function hasPart({ memberships, registrations, application }: Dossier, id: string): boolean {
  const parts = [...memberships.values(), ...registrations.values(), application];
  return parts.some((part) => part?.id === id);
}
