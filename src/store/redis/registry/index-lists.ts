import type { ConsumerRecord } from '../../../authz/consumer.ts';
import { randomUUID } from 'node:crypto';
import { systemClock } from '../../../lib/clock.ts';
import type { Stamp } from '../../../registry/dossier.ts';
import { applyWrite } from '../apply-write.ts';
import type { MemberChange } from '../atomic-write.ts';
import type { RedisClient } from '../client.ts';
import type { ConsumerRef, RedisKeys } from '../keys.ts';
import { declare, readFirst, type PlanContext } from '../plan-change.ts';
import type { KnownValues, PlannedWrite, WritePlan } from '../plan-write.ts';
import { decodeStoredValue } from '../record-codec.ts';
import { decodeDetails, joinDossier, type Details } from './details-codec.ts';
import { compareMembers, compareValues, footprintOf, storedFootprint } from './footprint.ts';

/** Of one page, which are written at once. */
const pageSize = '500';

/**
 * Puts every Consumer that has its place in the store into all lists that it belongs in, a page at a
 * time. It may run again, beside itself and beside every other writer: one Consumer is one write,
 * that holds only if nothing of it has changed. Rejects when Redis cannot do it.
 */
export async function indexLists(
  client: RedisClient,
  keys: RedisKeys,
  signal: AbortSignal,
): Promise<void> {
  const stamp = { now: systemClock.now(), actor: 'import', newId: randomUUID };
  let cursor = '0';
  do {
    signal.throwIfAborted();
    const [next, refs] = await client.sscan(keys.members, cursor, 'COUNT', pageSize);
    cursor = next;
    await Promise.all(
      refs.map((ref) =>
        applyWrite((known) => planIndex(ref, known, keys, stamp), [], {
          client,
          keys,
          dryRun: false,
        }),
      ),
    );
  } while (cursor !== '0');
}

const asItIs: WritePlan = {
  kind: 'write',
  outcome: 'unchanged',
  changes: new Map(),
  members: [],
  movedFrom: null,
  told: null,
};

function planIndex(
  ref: ConsumerRef,
  known: KnownValues,
  keys: RedisKeys,
  stamp: Stamp,
): PlannedWrite {
  const place = keys.record(ref);
  const text = known.get(place);
  if (text === undefined) return { kind: 'read', keys: [place] };
  const stored = text === null ? null : decodeStoredValue(text);
  // What cannot be read is in no list, as it is no Consumer of a decision.
  if (stored?.kind !== 'record') return asItIs;
  const detailsKey = keys.details(stored.record.id);
  const written = known.get(detailsKey);
  if (written === undefined) return { kind: 'read', keys: [detailsKey] };
  if (written === null) return planListing(stored.record, null, { known, keys, stamp });
  const details = decodeDetails(written);
  if (details?.application !== null) return asItIs;
  return planListing(stored.record, details, { known, keys, stamp });
}

function planListing(
  record: ConsumerRecord,
  details: Details | null,
  { known, keys, stamp }: PlanContext,
): PlannedWrite {
  const after = declare(details && joinDossier(record, details), record, stamp);
  const old = storedFootprint(record, details, keys);
  const next = footprintOf(after, keys);
  const gone = compareMembers(old, next).filter(({ change }) => change === 'remove');
  // Also those that it should be in already: nobody knows whether it is.
  const all = Array.from(next.members.values(), (one): MemberChange => ({ ...one, change: 'add' }));
  const changes = compareValues(old, next);
  return (
    readFirst([...changes.keys()], known) ?? {
      ...asItIs,
      outcome: 'updated',
      changes,
      members: [...gone, ...all],
    }
  );
}
