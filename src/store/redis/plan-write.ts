import type { ConsumerAttribute, ConsumerRecord } from '../../authz/consumer.ts';
import type { Dossier, Stamp } from '../../registry/dossier.ts';
import type { ConsumerEntry } from '../consumer-document.ts';
import { deriveConsumerId } from '../consumer-id.ts';
import { uniqueAttributes } from '../find-duplicates.ts';
import type { MemberChange } from './atomic-write.ts';
import type { ConsumerRef, RedisKeys } from './keys.ts';
import { planChange } from './plan-change.ts';
import { decodeStoredValue } from './record-codec.ts';

/** What is known of the server: keys with their values, `null` where there is none. */
export type KnownValues = ReadonlyMap<string, string | null>;

/** One atomic change, valid only as long as what it was planned from still holds. */
export interface WritePlan {
  readonly kind: 'write';
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'deleted';
  /** New values of known keys; `null` = to be removed. */
  readonly changes: ReadonlyMap<string, string | null>;
  readonly members: readonly MemberChange[];
  /** Where the record was, if it has left that place. */
  readonly movedFrom: ConsumerRef | null;
  /** Null where nobody needs to be told. */
  readonly told: ToldChange | null;
}

/** A Consumer before and after; null = there was, or is, none. */
export interface ToldChange {
  readonly id: string;
  readonly before: Dossier | null;
  readonly after: Dossier | null;
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
export function planWrite(
  entry: ConsumerEntry,
  known: KnownValues,
  keys: RedisKeys,
  stamp: Stamp,
): PlannedWrite {
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
  return planChange(existing, { ...entry, record: { ...record, id } }, { known, keys, stamp });
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
