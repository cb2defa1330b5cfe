import type { RegistrationStatus } from '../authz/consumer.ts';

export type EntityKind =
  'consumer' | 'acl' | 'application' | 'registration' | 'developer' | 'dead_letter' | 'revocation';

/** Of what there may be so many; applications and registrations that wait, of one owner. */
export type LimitedKind = 'revocations' | 'applications' | 'requested registrations';

/**
 * Why administration did not do what it was asked for. Nothing has changed, except perhaps with
 * `outcome_unknown`: then the same request with the same operation id tells, and is safe to send.
 */
export type RegistryProblem =
  | { readonly kind: 'not_found'; readonly entity: EntityKind }
  | {
      readonly kind: 'conflict';
      /** Field that must be unique, as Kong spells it: `username`, `custom_id`, `id`, `group`, … */
      readonly attribute: string;
      /** Who has it; a hidden Consumer is told as its application. Not for every caller's eyes. */
      readonly holder?: { readonly entity: EntityKind; readonly id: string };
    }
  /** It is an application's, by its id, and goes with that. */
  | { readonly kind: 'owned'; readonly application: string }
  /** A developer who owns applications. */
  | { readonly kind: 'owner' }
  | {
      readonly kind: 'illegal_transition';
      readonly from: RegistrationStatus;
      readonly to: RegistrationStatus | 'suspended';
    }
  /** `current` is the etag of what is there now; null = nothing is. */
  | { readonly kind: 'version_mismatch'; readonly current: string | null }
  /** Field (as in Kong's bodies) to what is wrong with it, such as `expected a string`. */
  | { readonly kind: 'invalid'; readonly fields: Readonly<Record<string, string>> }
  /** The store was asked and did not say whether it did it. `detail` is for the log. */
  | { readonly kind: 'outcome_unknown'; readonly detail: string }
  /** The store could not be asked, or said that it cannot; nothing was done. `isFull`: for want of memory. */
  | { readonly kind: 'unavailable'; readonly detail: string; readonly isFull?: boolean }
  /** There are as many as there may be. */
  | { readonly kind: 'limit_reached'; readonly limit: number; readonly of: LimitedKind }
  /** Consumers come from a file. */
  | { readonly kind: 'read_only' };

export function notFound(entity: EntityKind): RegistryProblem {
  return { kind: 'not_found', entity };
}

export function invalid(fields: Readonly<Record<string, string>>): RegistryProblem {
  return { kind: 'invalid', fields };
}
