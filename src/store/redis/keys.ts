import type { ConsumerAttribute, ConsumerRecord } from '../../authz/consumer.ts';

/**
 * A Consumer's place, apart from the prefix: `custom_id:…`, or `username:…` for one without
 * `custom_id`. It names the key of the record, and it is what the set of all Consumers holds.
 */
export type ConsumerRef = string;

/** Every key of the store. All share the hash tag `{<prefix>}`, hence one slot of a Cluster. */
export interface RedisKeys {
  /** What invalidation is asked for. */
  readonly consumerPrefix: string;
  /** Key of a look-up; it holds the record, or a pointer to the key that does. */
  consumer(attribute: ConsumerAttribute, value: string): string;
  /** Key of the record at a {@link ConsumerRef}. */
  record(ref: ConsumerRef): string;
  /** Set with the {@link ConsumerRef} of every Consumer. */
  readonly members: string;
  /** Set of what one run of an import has seen. */
  imported(run: string): string;
  /** Text of a session; `id` is a hash of its cookie. */
  session(id: string): string;
  /** Mark of a used DPoP proof; `id` is a hash of what makes it that one. */
  proof(id: string): string;
}

export function createRedisKeys(prefix: string): RedisKeys {
  const tag = `{${prefix}}`;
  const consumerPrefix = `${tag}:consumer:`;
  return {
    consumerPrefix,
    consumer: (attribute, value) => `${consumerPrefix}${attribute}:${value}`,
    record: (ref) => consumerPrefix + ref,
    members: `${tag}:consumers`,
    imported: (run) => `${tag}:import:${run}`,
    session: (id) => `${tag}:session:${id}`,
    proof: (id) => `${tag}:proof:${id}`,
  };
}

export function consumerRef(record: ConsumerRecord): ConsumerRef {
  return record.customId === null
    ? `username:${record.username ?? ''}`
    : `custom_id:${record.customId}`;
}
