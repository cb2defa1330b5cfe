import type { MaybePromise, Step } from '../lib/step.ts';
import type { Unavailable } from './refusal.ts';

/** Attribute by which a Consumer is looked up (Kong's `consumer_by`). */
export type ConsumerAttribute = 'custom_id' | 'username' | 'id';

export const registrationStatuses = ['requested', 'approved', 'rejected', 'revoked'] as const;
export type RegistrationStatus = (typeof registrationStatuses)[number];

/** One application's standing with one Service (Kong's application_instance). */
export interface Registration {
  readonly status: RegistrationStatus;
  /** Bites only where the status is `approved`. */
  readonly suspended: boolean;
}

export interface RateLimit {
  readonly requestsPerUnit: number;
  readonly unit: 'second' | 'minute' | 'hour' | 'day';
}

/** A Consumer with all that a decision needs of it, so that one look-up serves a request. */
export interface ConsumerRecord {
  readonly id: string;
  readonly customId: string | null;
  readonly username: string | null;
  /** Resolves only for tokens of this provider; null = of any. */
  readonly identityProvider: string | null;
  readonly tags: readonly string[];
  /** ACL groups, in the order of the record. */
  readonly groups: ReadonlySet<string>;
  /** By Service name. */
  readonly registrations: ReadonlyMap<string, Registration>;
  readonly rateLimit: RateLimit | null;
}

/**
 * Port: finds a Consumer. `null` is "there is none"; a store that is down, slow or holds a record
 * that cannot be read is {@link Unavailable}.
 */
export type ResolveConsumer = (
  by: ConsumerAttribute,
  value: string,
  signal: AbortSignal,
) => MaybePromise<Step<ConsumerRecord | null, Unavailable>>;
