import type { ConsumerAttribute, ConsumerRecord } from '../../authz/consumer.ts';

/** What has an id of its own without being a Consumer. */
export type PartKind = 'acl' | 'registration' | 'application';

/** What can be listed; its members are ids. */
export type ListedKind = 'consumer' | 'developer' | 'revocation' | PartKind;

/** By what a list can be narrowed. */
export type Facet = 'tag' | 'owner' | 'service' | 'status' | 'kind';

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
  /** What administration adds to the Consumer with this id. */
  details(consumerId: string): string;
  /** Id of the Consumer that this part belongs to. */
  part(kind: PartKind, id: string): string;
  /** A developer, or by `email` the id of one. */
  developer(attribute: 'id' | 'email', value: string): string;
  /** Sorted set of the ids of all of a kind. */
  list(kind: ListedKind): string;
  /** Of those that have this. */
  narrowed(kind: ListedKind, facet: Facet, value: string): string;
  /** What news of revocations are asked for by. */
  readonly revocationPrefix: string;
  /** What was revoked; `id` is a hash of it. */
  revocation(id: string): string;
  /** Which state of the list of revocations is in force. */
  readonly revocationRevision: string;
  /** Sorted set of the last writes of that list, by revision. */
  readonly revocationLog: string;
  /** Stream of what administration did. */
  readonly audit: string;
  /** Result of a write that may be repeated; `id` is a hash of who did it under which name. */
  operation(id: string): string;
  /** Set with the {@link ConsumerRef} of every Consumer that no application owns. */
  readonly members: string;
  /** Set of what imports have changed and not told the audit trail yet: `created:<id>`, … */
  readonly untold: string;
  /** Form of the lists that all Consumers are in. */
  readonly listsForm: string;
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
  const revocationPrefix = `${tag}:revocation:`;
  return {
    consumerPrefix,
    consumer: (attribute, value) => `${consumerPrefix}${attribute}:${value}`,
    record: (ref) => consumerPrefix + ref,
    details: (consumerId) => `${tag}:details:${consumerId}`,
    part: (kind, id) => `${tag}:${kind}:${id}`,
    developer: (attribute, value) => `${tag}:developer:${attribute}:${value}`,
    list: (kind) => `${tag}:list:${kind}`,
    narrowed: (kind, facet, value) => `${tag}:list:${kind}:${facet}:${value}`,
    revocationPrefix,
    revocation: (id) => revocationPrefix + id,
    revocationRevision: `${tag}:revocations`,
    revocationLog: `${tag}:revocations:log`,
    audit: `${tag}:audit`,
    operation: (id) => `${tag}:operation:${id}`,
    members: `${tag}:consumers`,
    untold: `${tag}:untold`,
    listsForm: `${tag}:lists`,
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
