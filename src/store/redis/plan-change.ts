import type { ConsumerRecord } from '../../authz/consumer.ts';
import { declareApplication } from '../../registry/declare-application.ts';
import { declareConsumer } from '../../registry/declare-consumer.ts';
import type { Dossier, Stamp } from '../../registry/dossier.ts';
import type { ConsumerEntry } from '../consumer-document.ts';
import { derivePartId } from '../consumer-id.ts';
import { consumerRef, type ConsumerRef, type RedisKeys } from './keys.ts';
import type { KnownValues, PlannedWrite } from './plan-write.ts';
import { decodeStoredValue } from './record-codec.ts';
import { decodeDetails, joinDossier, type Details } from './registry/details-codec.ts';
import {
  compareMembers,
  compareValues,
  emptyFootprint,
  footprintOf,
  storedFootprint,
  type Footprint,
} from './registry/footprint.ts';

export interface PlanContext {
  readonly known: KnownValues;
  readonly keys: RedisKeys;
  readonly stamp: Stamp;
}

/** From the record that is there, if any, to the declared one with the same id. */
export function planChange(
  existing: ConsumerRecord | null,
  entry: ConsumerEntry,
  context: PlanContext,
): PlannedWrite {
  const { known, keys, stamp } = context;
  const { record: wanted } = entry;
  const unread = readFirst([keys.details(wanted.id)], known);
  if (unread !== null) return unread;
  const details = existing && readDetails(wanted.id, known, keys);
  const refused = existing && refuseOther(entry, existing, details, context);
  if (refused !== null) return refused;
  const before = existing && details && joinDossier(existing, details);
  const old = storedFootprint(existing, details, keys);
  const after = declareEntry(before, entry, stamp);
  const next = footprintOf(after, keys);
  return (
    readFirst([...old.values.keys(), ...next.values.keys()], known) ?? {
      kind: 'write',
      outcome: existing === null ? 'created' : 'updated',
      ...compare(old, next, known),
      movedFrom: findOldPlace(existing, wanted),
      told: { id: wanted.id, before: existing && joinDossier(existing, details), after },
    }
  );
}

/** Whoever cannot be read may be an application's. */
function isUnreadable(id: string, known: KnownValues, keys: RedisKeys): boolean {
  const text = known.get(keys.details(id)) ?? null;
  return text !== null && decodeDetails(text) === null;
}

function refuse({ customId }: ConsumerRecord, problem: string): PlannedWrite {
  return { kind: 'refused', attribute: customId === null ? 'username' : 'custom_id', problem };
}

function isOwned(details: Details | null): boolean {
  return details !== null && details.application !== null;
}

/** No file takes a Consumer from its application; one may make an application of a plain Consumer. */
function refuseOther(
  { record, ownId, application }: ConsumerEntry,
  existing: ConsumerRecord,
  details: Details | null,
  { known, keys }: PlanContext,
): PlannedWrite | null {
  if (isUnreadable(existing.id, known, keys)) return refuse(record, 'its details cannot be read');
  const owned = isOwned(details);
  if (application === null) {
    return owned ? refuse(record, 'an application owns this Consumer') : null;
  }
  // A plain one that only has the same name is somebody else.
  if (owned || ownId || existing.customId === record.customId) return null;
  const problem = 'a Consumer that belongs to no application has the username of this one';
  return { kind: 'refused', attribute: 'username', problem };
}

function findOldPlace(existing: ConsumerRecord | null, wanted: ConsumerRecord): ConsumerRef | null {
  const place = existing && consumerRef(existing);
  return place === consumerRef(wanted) ? null : place;
}

const spare: PlannedWrite = {
  kind: 'write',
  outcome: 'unchanged',
  changes: new Map(),
  members: [],
  movedFrom: null,
  told: null,
};

/** Decides how the Consumer at `ref`, or whatever is left of it, is to be removed. */
export function planDelete(ref: ConsumerRef, known: KnownValues, keys: RedisKeys): PlannedWrite {
  const key = keys.record(ref);
  const value = known.get(key);
  if (value === undefined) return { kind: 'read', keys: [key] };
  const record = readRecord(value);
  const unread = record && readFirst([keys.details(record.id)], known);
  if (unread !== null) return unread;
  const details = record && readDetails(record.id, known, keys);
  // It was none's when it was listed.
  if (isOwned(details)) return spare;
  if (record && isUnreadable(record.id, known, keys)) return spare;
  const old = storedFootprint(record, details, keys);
  const changes = compareValues(old, emptyFootprint).set(key, null);
  const lists = compareMembers(old, emptyFootprint).filter(({ type }) => type === 'sorted');
  const place = { key: keys.members, member: ref, type: 'plain', change: 'remove' } as const;
  return (
    readFirst([...changes.keys()], known) ?? {
      kind: 'write',
      outcome: 'deleted',
      changes,
      members: [place, ...lists],
      movedFrom: ref,
      told: record && { id: record.id, before: joinDossier(record, details), after: null },
    }
  );
}

function readRecord(text: string | null): ConsumerRecord | null {
  const stored = text === null ? null : decodeStoredValue(text);
  return stored?.kind === 'record' ? stored.record : null;
}

/** The keys that a Consumer takes up whom nobody knew before. */
export function keysOf(entry: ConsumerEntry, keys: RedisKeys, stamp: Stamp): string[] {
  return [...footprintOf(declareEntry(null, entry, stamp), keys).values.keys()];
}

function declareEntry(
  before: Dossier | null,
  { record, application: declared }: ConsumerEntry,
  stamp: Stamp,
): Dossier {
  const after = declare(before, record, stamp);
  if (declared === null) return after;
  const id = derivePartId(record.id, 'application', '');
  const application = declareApplication(after.application, declared, id, stamp);
  return { ...after, application };
}

/** What a declared Consumer makes of the one that is there; its parts have ids that follow from their names. */
export function declare(before: Dossier | null, record: ConsumerRecord, stamp: Stamp): Dossier {
  return declareConsumer(before, record, stamp, (kind, name) =>
    derivePartId(record.id, kind, name),
  );
}

function compare(old: Footprint, next: Footprint, known: KnownValues) {
  const changes = compareValues(old, next);
  const changed = [...changes].some(([key, value]) => known.get(key) !== value);
  const members = compareMembers(old, next);
  return changed ? { changes, members } : { changes, members, outcome: 'unchanged' as const };
}

function readDetails(id: string, known: KnownValues, keys: RedisKeys): Details | null {
  const text = known.get(keys.details(id)) ?? null;
  return text === null ? null : decodeDetails(text);
}

/** Null where all of these are known. */
export function readFirst(keys: readonly string[], known: KnownValues): PlannedWrite | null {
  const missing = keys.filter((key) => !known.has(key));
  return missing.length === 0 ? null : { kind: 'read', keys: missing };
}
