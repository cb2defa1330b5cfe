import type { RateLimit, RegistrationStatus } from '../authz/consumer.ts';
import type { RevocationKind } from './revocation.ts';

/** What every entity has. Times are milliseconds since the Unix epoch (Kong's bodies: seconds). */
export interface EntityFacts {
  /** UUID, lower case. */
  readonly id: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Counts the changes, from 1. */
  readonly version: number;
  /** For `ETag` and `If-Match`, without quotes; another one after each change and re-creation. */
  readonly etag: string;
}

export interface ConsumerEntity extends EntityFacts {
  readonly username: string | null;
  readonly customId: string | null;
  readonly tags: readonly string[];
  readonly identityProvider: string | null;
  readonly rateLimit: RateLimit | null;
}

/** The Consumer that something belongs to. */
export interface ConsumerLink {
  readonly id: string;
  readonly username: string | null;
  readonly customId: string | null;
}

export interface AclEntity extends EntityFacts {
  readonly group: string;
  readonly tags: readonly string[];
  readonly consumer: ConsumerLink;
}

/** Owns a Consumer that the lists of Consumers and ACLs hide (kong.md section 2.3). */
export interface ApplicationEntity extends EntityFacts {
  readonly name: string;
  /** The client id at the identity provider; its Consumer's `custom_id`. */
  readonly customId: string;
  readonly redirectUri: string | null;
  /** A developer's id, or any other name of who it belongs to. */
  readonly owner: string | null;
  readonly tags: readonly string[];
  readonly identityProvider: string | null;
  readonly consumerId: string;
}

/** One thing that happened to a registration. */
export interface RegistrationStepTaken {
  readonly to: RegistrationStatus | 'suspended' | 'resumed';
  readonly at: number;
  readonly by: string;
  readonly note: string | null;
}

export interface RegistrationEntity extends EntityFacts {
  readonly service: string;
  readonly consumer: ConsumerLink;
  readonly application: { readonly id: string; readonly name: string } | null;
  readonly status: RegistrationStatus;
  readonly suspended: boolean;
  readonly note: string | null;
  /** Oldest first; the last 20. */
  readonly steps: readonly RegistrationStepTaken[];
}

/** Kong's words: 0 approved, 1 requested, 2 rejected, 3 revoked. */
export interface DeveloperEntity extends EntityFacts {
  readonly email: string;
  readonly status: RegistrationStatus;
  /** Free text of the portal. */
  readonly meta: string | null;
}

export interface RevocationEntity extends EntityFacts {
  readonly kind: RevocationKind;
  /** A client id or a Consumer's id; null for what nobody may read. */
  readonly subject: string | null;
  /** Only what this issuer issued is met; null = of any. */
  readonly issuer: string | null;
  /** What was issued up to then is met; null = it is one thing, whenever it was issued. */
  readonly notBefore: number | null;
  /** When it may be forgotten. */
  readonly until: number;
  readonly note: string | null;
}

/** What happened to one entity. */
export interface AuditChange {
  /** `consumer.create`, `acl.delete`, `registration.approve`, …; see name-action.ts. */
  readonly action: string;
  /** Id of what it happened to. */
  readonly entity: string;
  /** In the form of the Admin API; null = there was, or is, none. */
  readonly before: object | null;
  readonly after: object | null;
}

/** One entry of the audit trail. */
export interface AuditEntry extends AuditChange {
  /** Position in the trail. */
  readonly id: string;
  readonly at: number;
  readonly actor: string;
  readonly operationId: string;
  /** What the same write did beside that. */
  readonly also: readonly AuditChange[];
}
