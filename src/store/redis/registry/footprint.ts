import type { ConsumerAttribute, ConsumerRecord } from '../../../authz/consumer.ts';
import type { Dossier } from '../../../registry/dossier.ts';
import { uniqueAttributes } from '../../find-duplicates.ts';
import type { MemberChange } from '../atomic-write.ts';
import { consumerRef, type PartKind, type RedisKeys } from '../keys.ts';
import { encodePointer, encodeRecord } from '../record-codec.ts';
import { encodeDetails, toDetails, type Details } from './details-codec.ts';

/** What a key is for, so that one that is taken can be told by its name. */
export type Claim =
  | { readonly kind: 'attribute'; readonly by: ConsumerAttribute; readonly value: string }
  | { readonly kind: PartKind; readonly id: string }
  | { readonly kind: 'details' };

type Membership = Pick<MemberChange, 'key' | 'member' | 'type'>;

/** Everything that one Consumer takes up in the store. */
export interface Footprint {
  readonly values: ReadonlyMap<string, { readonly text: string; readonly claim: Claim }>;
  /** By key and member. */
  readonly members: ReadonlyMap<string, Membership>;
}

export const emptyFootprint: Footprint = { values: new Map(), members: new Map() };

/** Null = nobody, who takes up nothing. */
export function footprintOf(dossier: Dossier | null, keys: RedisKeys): Footprint {
  if (dossier === null) return emptyFootprint;
  return storedFootprint(dossier.record, toDetails(dossier), keys);
}

/** Without details (written by a release that had none) nothing but the record is there. */
export function storedFootprint(
  record: ConsumerRecord | null,
  details: Details | null,
  keys: RedisKeys,
): Footprint {
  if (record === null) return emptyFootprint;
  const values = new Map<string, { text: string; claim: Claim }>();
  const ref = consumerRef(record);
  for (const [by, value] of uniqueAttributes(record)) {
    const key = keys.consumer(by, value);
    const text = key === keys.record(ref) ? encodeRecord(record) : encodePointer(ref);
    values.set(key, { text, claim: { kind: 'attribute', by, value } });
  }
  const members = new Map<string, Membership>();
  if (details !== null) {
    const text = encodeDetails(details);
    values.set(keys.details(record.id), { text, claim: { kind: 'details' } });
    for (const [kind, id] of partsOf(details)) {
      values.set(keys.part(kind, id), { text: record.id, claim: { kind, id } });
    }
    for (const one of sortedMembers(record, details, keys)) add(members, one);
  }
  if ((details?.application ?? null) === null) {
    add(members, { key: keys.members, member: ref, type: 'plain' });
  }
  return { values, members };
}

/** What joins and what leaves between two footprints. */
export function compareMembers(before: Footprint, after: Footprint): readonly MemberChange[] {
  const changes: MemberChange[] = [];
  for (const [name, one] of before.members) {
    if (!after.members.has(name)) changes.push({ ...one, change: 'remove' });
  }
  for (const [name, one] of after.members) {
    if (!before.members.has(name)) changes.push({ ...one, change: 'add' });
  }
  return changes;
}

/**
 * The values that are different between two footprints, with what decisions read last, and of that
 * first what is gone: somebody is rather unknown than known by two names.
 */
export function compareValues(before: Footprint, after: Footprint): Map<string, string | null> {
  const gone = Array.from(before.values, ([key, { claim }]) => ({ key, text: null, claim }));
  const kept = Array.from(after.values, ([key, { text, claim }]) => ({ key, text, claim }));
  const changes = [...gone.filter(({ key }) => !after.values.has(key)), ...kept];
  const beside = changes.filter(({ claim }) => claim.kind !== 'attribute');
  const read = changes.filter(({ claim }) => claim.kind === 'attribute');
  return new Map([...beside, ...read].map(({ key, text }) => [key, text]));
}

function add(members: Map<string, Membership>, one: Membership): void {
  members.set(`${one.key}\n${one.member}`, one);
}

function partsOf({ acls, registrations, application }: Details): [PartKind, string][] {
  return [
    ...acls.map(({ id }): [PartKind, string] => ['acl', id]),
    ...registrations.map(({ id }): [PartKind, string] => ['registration', id]),
    ...(application === null ? [] : [['application', application.id] as [PartKind, string]]),
  ];
}

/** Lists that show it. A Consumer that an application owns is in none, nor are its groups. */
function* sortedMembers(
  record: ConsumerRecord,
  { acls, registrations, application }: Details,
  keys: RedisKeys,
): Generator<Membership> {
  const sorted = (key: string, member: string): Membership => ({ key, member, type: 'sorted' });
  for (const { id, service } of registrations) {
    yield sorted(keys.list('registration'), id);
    yield sorted(keys.narrowed('registration', 'service', service), id);
    const standing = record.registrations.get(service);
    if (standing !== undefined)
      yield sorted(keys.narrowed('registration', 'status', standing.status), id);
  }
  const [kind, id] =
    application === null
      ? (['consumer', record.id] as const)
      : (['application', application.id] as const);
  yield sorted(keys.list(kind), id);
  for (const tag of record.tags) yield sorted(keys.narrowed(kind, 'tag', tag), id);
  if (application !== null) {
    const { owner } = application;
    if (owner !== null) yield sorted(keys.narrowed('application', 'owner', owner), id);
    return;
  }
  for (const acl of acls) {
    yield sorted(keys.list('acl'), acl.id);
    for (const tag of acl.tags) yield sorted(keys.narrowed('acl', 'tag', tag), acl.id);
  }
}
