import type { ConsumerAttribute, RateLimit, RegistrationStatus } from '../authz/consumer.ts';
import type { Step } from '../lib/step.ts';
import type {
  AclEntity,
  ApplicationEntity,
  AuditEntry,
  ConsumerEntity,
  DeveloperEntity,
  RegistrationEntity,
  RevocationEntity,
} from './entities.ts';
import type { RegistryProblem } from './problem.ts';
import type { RevocationKind, RevocationTarget } from './revocation.ts';

/** Nothing here throws or rejects but for a bug. */
export type Outcome<T> = Promise<Step<T, RegistryProblem>>;

/** Who writes, and which write it is. */
export interface WriteContext {
  /** For the audit trail; at most 256 characters. */
  readonly actor: string;
  /**
   * Names this one write; 1 to 128 visible ASCII characters. A repeat within a day, by the same
   * actor and with the same content, gives the first result and changes nothing; with other content
   * it is `invalid` (field `operation_id`).
   */
  readonly operationId: string;
  /** False where the caller's side made the id up, so that nobody can repeat it. Default true. */
  readonly repeatable?: boolean | undefined;
  /** Etags one of which must be the present one; `*` = any, but something must be there. */
  readonly ifMatch?: readonly string[] | '*' | undefined;
}

export interface Written<T> {
  readonly entity: T;
  /** `unchanged`: it was so already; there is no audit entry. */
  readonly outcome: 'created' | 'updated' | 'unchanged';
  /** This operation id was done before, and this is what came of it then. */
  readonly repeated: boolean;
}

export interface PageQuery {
  /** 1 to 1000. */
  readonly size: number;
  /** What {@link Page.next} said; made up ones are `invalid` (field `offset`). */
  readonly offset?: string | undefined;
}

/** Order does not change; what is there throughout the paging comes exactly once. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; null = this was the last one. */
  readonly next: string | null;
}

/** Kong's `?tags=a,b` (all) and `?tags=a/b` (any); no tags = no filter. */
export interface TagFilter {
  readonly match: 'all' | 'any';
  readonly tags: readonly string[];
}

export interface TaggedQuery extends PageQuery {
  readonly tags?: TagFilter | undefined;
}

export interface ConsumerKey {
  readonly by: ConsumerAttribute;
  readonly value: string;
}

/** Absent = null or empty. Checks of length and characters are the registry's. */
export interface ConsumerDraft {
  readonly username?: string | null | undefined;
  readonly customId?: string | null | undefined;
  readonly tags?: readonly string[] | null | undefined;
  readonly identityProvider?: string | null | undefined;
  readonly rateLimit?: RateLimit | null | undefined;
}

/** Consumers that no application owns: the others are `not_found` here, and conflicts when named. */
export interface Consumers {
  get(key: ConsumerKey): Outcome<ConsumerEntity>;
  list(query: TaggedQuery): Outcome<Page<ConsumerEntity>>;
  /** `id`: a UUID of the caller's choice. */
  create(
    draft: ConsumerDraft & { readonly id?: string | undefined },
    context: WriteContext,
  ): Outcome<Written<ConsumerEntity>>;
  /**
   * Creates, or replaces `username`, `custom_id` and `tags`; `identityProvider` and `rateLimit` only
   * where given. By `username`, that is the username unless the draft has another one.
   */
  put(
    key: ConsumerKey,
    draft: ConsumerDraft,
    context: WriteContext,
  ): Outcome<Written<ConsumerEntity>>;
  /** Changes what is given; null takes away. */
  patch(
    key: ConsumerKey,
    changes: ConsumerDraft,
    context: WriteContext,
  ): Outcome<Written<ConsumerEntity>>;
  /** Its ACLs and registrations go with it. Gives what was deleted. */
  delete(key: ConsumerKey, context: WriteContext): Outcome<ConsumerEntity>;
}

export interface AclKey {
  readonly by: 'id' | 'group';
  readonly value: string;
}

export interface AclDraft {
  readonly group?: string | undefined;
  readonly tags?: readonly string[] | null | undefined;
}

/**
 * Memberships of Consumers in groups. Those of an application's Consumer are reached by its id, and
 * are in no list but their own Consumer's.
 */
export interface Acls {
  list(query: TaggedQuery): Outcome<Page<AclEntity>>;
  /** By the membership's own id, whoever has it. */
  get(id: string): Outcome<AclEntity>;
  listOf(consumer: ConsumerKey, query: TaggedQuery): Outcome<Page<AclEntity>>;
  getOf(consumer: ConsumerKey, key: AclKey): Outcome<AclEntity>;
  /** `conflict` (`group`) where the Consumer has it. */
  create(
    consumer: ConsumerKey,
    draft: AclDraft & { readonly id?: string | undefined },
    context: WriteContext,
  ): Outcome<Written<AclEntity>>;
  /** Creates or replaces; by `group` the draft may be empty, by `id` it needs a group. */
  put(
    consumer: ConsumerKey,
    key: AclKey,
    draft: AclDraft,
    context: WriteContext,
  ): Outcome<Written<AclEntity>>;
  patch(
    consumer: ConsumerKey,
    key: AclKey,
    changes: AclDraft,
    context: WriteContext,
  ): Outcome<Written<AclEntity>>;
  /** `not_found` tells by `entity` whether the Consumer or the membership is gone. */
  delete(consumer: ConsumerKey, key: AclKey, context: WriteContext): Outcome<AclEntity>;
}

export interface ApplicationDraft {
  readonly name?: string | undefined;
  readonly customId?: string | undefined;
  readonly redirectUri?: string | null | undefined;
  readonly owner?: string | null | undefined;
  readonly tags?: readonly string[] | null | undefined;
  readonly identityProvider?: string | null | undefined;
}

export interface ApplicationQuery extends TaggedQuery {
  readonly owner?: string | undefined;
}

/**
 * `ofDeveloper`: `not_found` unless `owner` is the id of a developer at that moment. `mostOfOwner`:
 * `limit_reached` where the owner has so many; writers at the same moment may exceed it by a few.
 */
export interface NewApplication extends ApplicationDraft {
  readonly id?: string | undefined;
  readonly ofDeveloper?: boolean | undefined;
  readonly mostOfOwner?: number | undefined;
}

export interface Applications {
  get(id: string): Outcome<ApplicationEntity>;
  list(query: ApplicationQuery): Outcome<Page<ApplicationEntity>>;
  /** Needs `name` and `customId`. */
  create(draft: NewApplication, context: WriteContext): Outcome<Written<ApplicationEntity>>;
  /** A new `customId` is its Consumer's at once: the old one is unknown from then on. */
  patch(
    id: string,
    changes: ApplicationDraft,
    context: WriteContext,
  ): Outcome<Written<ApplicationEntity>>;
  /** Its Consumer and registrations go with it. */
  delete(id: string, context: WriteContext): Outcome<ApplicationEntity>;
}

export type RegistrationSubject =
  | { readonly kind: 'consumer'; readonly key: ConsumerKey }
  | { readonly kind: 'application'; readonly id: string };

export interface RegistrationRequest {
  readonly subject: RegistrationSubject;
  readonly service: string;
  /** Of the Service: `approved` at once. */
  readonly autoApprove: boolean;
  readonly note?: string | null | undefined;
  readonly id?: string | undefined;
  /** `limit_reached` where so many of this owner wait; writers at the same moment may exceed it. */
  readonly most?: { readonly owner: string; readonly requested: number } | undefined;
}

export interface RegistrationChange {
  readonly status?: RegistrationStatus | undefined;
  readonly suspended?: boolean | undefined;
  readonly note?: string | null | undefined;
}

/** All given ones must fit. */
export interface RegistrationQuery extends PageQuery {
  readonly service?: string | undefined;
  readonly status?: RegistrationStatus | undefined;
  readonly subject?: RegistrationSubject | undefined;
}

export interface Registrations {
  get(id: string): Outcome<RegistrationEntity>;
  list(query: RegistrationQuery): Outcome<Page<RegistrationEntity>>;
  /** `conflict` (`service`) where the subject has a registration for the Service already. */
  request(
    request: RegistrationRequest,
    context: WriteContext,
  ): Outcome<Written<RegistrationEntity>>;
  /** One step, see the table in registration-steps.ts; others are `illegal_transition`. */
  change(
    id: string,
    change: RegistrationChange,
    context: WriteContext,
  ): Outcome<Written<RegistrationEntity>>;
  delete(id: string, context: WriteContext): Outcome<RegistrationEntity>;
}

export interface DeveloperKey {
  readonly by: 'id' | 'email';
  readonly value: string;
}

export interface DeveloperDraft {
  readonly email?: string | undefined;
  readonly status?: RegistrationStatus | undefined;
  readonly meta?: string | null | undefined;
}

/** Optional: an application's owner need not be one. */
export interface Developers {
  get(key: DeveloperKey): Outcome<DeveloperEntity>;
  list(query: PageQuery): Outcome<Page<DeveloperEntity>>;
  /** Needs `email`; `requested` unless told otherwise. */
  create(
    draft: DeveloperDraft & { readonly id?: string | undefined },
    context: WriteContext,
  ): Outcome<Written<DeveloperEntity>>;
  patch(
    key: DeveloperKey,
    changes: DeveloperDraft,
    context: WriteContext,
  ): Outcome<Written<DeveloperEntity>>;
  /** `owner` while it has applications. */
  delete(key: DeveloperKey, context: WriteContext): Outcome<DeveloperEntity>;
}

export interface AuditQuery extends PageQuery {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  /** Id of what it happened to. */
  readonly entity?: string | undefined;
}

export interface Audit {
  /** Newest first. */
  list(query: AuditQuery): Outcome<Page<AuditEntry>>;
}

/** What is to be revoked; a Consumer by any of its names, hidden or not. */
export type RevocationDraft = (
  RevocationTarget | { readonly kind: 'consumer'; readonly key: ConsumerKey }
) & {
  readonly note?: string | null | undefined;
};

export interface RevocationQuery extends PageQuery {
  readonly kind?: RevocationKind | undefined;
}

/** Tokens, sessions, and all that a client or a Consumer was issued by then. */
export interface Revocations {
  get(id: string): Outcome<RevocationEntity>;
  list(query: RevocationQuery): Outcome<Page<RevocationEntity>>;
  /** Of the same thing again: a client or a Consumer from now on; else `unchanged`. */
  create(draft: RevocationDraft, context: WriteContext): Outcome<Written<RevocationEntity>>;
  /** Lifts what was a mistake. */
  delete(id: string, context: WriteContext): Outcome<RevocationEntity>;
}

/** All of administration; what the Admin API is made of. */
export interface Registry {
  readonly consumers: Consumers;
  readonly acls: Acls;
  readonly applications: Applications;
  readonly registrations: Registrations;
  readonly developers: Developers;
  readonly revocations: Revocations;
  readonly audit: Audit;
}
