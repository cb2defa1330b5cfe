import type { ConsumerAttribute, ConsumerRecord } from '../../authz/consumer.ts';
import type { ConsumerEntry } from '../consumer-document.ts';
import { deriveConsumerId } from '../consumer-id.ts';
import { uniqueAttributes } from '../find-duplicates.ts';
import { consumerRef, type ConsumerRef, type RedisKeys } from './keys.ts';
import { decodeStoredValue, encodePointer, encodeRecord } from './record-codec.ts';

/** What is known of the server: keys with their values, `null` where there is none. */
export type KnownValues = ReadonlyMap<string, string | null>;

/** One atomic change, valid only as long as what it was planned from still holds. */
export interface WritePlan {
  readonly kind: 'write';
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'deleted';
  /** New values of known keys; `null` = to be removed. */
  readonly changes: ReadonlyMap<string, string | null>;
  readonly added: ConsumerRef | null;
  readonly removed: ConsumerRef | null;
}

export type PlannedWrite =
  | WritePlan
  /** The plan needs the values of these keys as well. */
  | { readonly kind: 'read'; readonly keys: readonly string[] }
  | { readonly kind: 'refused'; readonly attribute: ConsumerAttribute; readonly problem: string };

/**
 * Decides how a declared Consumer is to be written. With an id of its own it is the Consumer with
 * that id; without one it is whoever has its `custom_id`, else its `username`, and keeps that id.
 */
export function planWrite(entry: ConsumerEntry, known: KnownValues, keys: RedisKeys): PlannedWrite {
  const view = new View(known, keys);
  const { record, ownId } = entry;
  const holders = {
    custom_id: view.holder('custom_id', record.customId),
    username: view.holder('username', record.username),
    id: ownId ? view.holder('id', record.id) : null,
  };
  const existing = ownId ? holders.id : (holders.custom_id ?? holders.username);
  const id = ownId ? record.id : (existing?.id ?? view.freeId(record));
  if (view.missing.length > 0) return { kind: 'read', keys: view.missing };

  const taken = (['custom_id', 'username'] as const).find(
    (attribute) => (holders[attribute]?.id ?? id) !== id,
  );
  if (taken !== undefined) {
    return { kind: 'refused', attribute: taken, problem: `another Consumer has this ${taken}` };
  }
  return planChange(existing, { ...record, id }, known, keys);
}

/** Decides how the Consumer at `ref`, or whatever is left of it, is to be removed. */
export function planDelete(ref: ConsumerRef, known: KnownValues, keys: RedisKeys): PlannedWrite {
  const key = keys.record(ref);
  const value = known.get(key);
  if (value === undefined) return { kind: 'read', keys: [key] };
  const stored = value === null ? null : decodeStoredValue(value);
  const record = stored?.kind === 'record' ? stored.record : null;
  const owned = record === null ? [key] : keysOf(record, keys);
  const missing = owned.filter((one) => !known.has(one));
  if (missing.length > 0) return { kind: 'read', keys: missing };
  return {
    kind: 'write',
    outcome: 'deleted',
    changes: new Map(owned.map((one) => [one, null])),
    added: null,
    removed: ref,
  };
}

/** The keys that a Consumer takes up. */
export function keysOf(record: ConsumerRecord, keys: RedisKeys): string[] {
  return uniqueAttributes(record).map(([attribute, value]) => keys.consumer(attribute, value));
}

function planChange(
  existing: ConsumerRecord | null,
  wanted: ConsumerRecord,
  known: KnownValues,
  keys: RedisKeys,
): PlannedWrite {
  const oldKeys = existing === null ? [] : keysOf(existing, keys);
  const newKeys = keysOf(wanted, keys);
  const missing = [...oldKeys, ...newKeys].filter((key) => !known.has(key));
  if (missing.length > 0) return { kind: 'read', keys: missing };

  const ref = consumerRef(wanted);
  const recordKey = keys.record(ref);
  const changes = new Map<string, string | null>(oldKeys.map((key) => [key, null]));
  for (const key of newKeys) {
    changes.set(key, key === recordKey ? encodeRecord(wanted) : encodePointer(ref));
  }
  const changed = [...changes].some(([key, value]) => known.get(key) !== value);
  const oldRef = existing === null ? null : consumerRef(existing);
  return {
    kind: 'write',
    outcome: !changed ? 'unchanged' : existing === null ? 'created' : 'updated',
    changes,
    added: ref,
    removed: oldRef === ref ? null : oldRef,
  };
}

/** Reads what is known, and notes what would have to be. */
class View {
  readonly missing: string[] = [];
  readonly #known: KnownValues;
  readonly #keys: RedisKeys;

  constructor(known: KnownValues, keys: RedisKeys) {
    this.#known = known;
    this.#keys = keys;
  }

  /** Whoever has this attribute; a pointer that leads to nobody, or to somebody else, is nobody. */
  holder(attribute: ConsumerAttribute, value: string | null): ConsumerRecord | null {
    if (value === null) return null;
    const first = this.#read(this.#keys.consumer(attribute, value));
    const stored = first?.kind === 'pointer' ? this.#read(this.#keys.record(first.ref)) : first;
    if (stored?.kind !== 'record') return null;
    const { record } = stored;
    const has = uniqueAttributes(record).some(([name, one]) => name === attribute && one === value);
    return has ? record : null;
  }

  /** An id that nobody has, the same at every attempt as long as that is so. */
  freeId({ customId, username }: ConsumerRecord): string {
    for (let attempt = 0; ; attempt += 1) {
      const id = deriveConsumerId(customId, username, attempt);
      if (this.holder('id', id) === null) return id;
    }
  }

  #read(key: string): ReturnType<typeof decodeStoredValue> | null {
    const value = this.#known.get(key);
    if (value === undefined) this.missing.push(key);
    return typeof value === 'string' ? decodeStoredValue(value) : null;
  }
}
