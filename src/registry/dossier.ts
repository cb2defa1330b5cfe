import type { ConsumerRecord, Registration } from '../authz/consumer.ts';
import type {
  AclEntity,
  ApplicationEntity,
  ConsumerEntity,
  ConsumerLink,
  EntityFacts,
  RegistrationEntity,
  RegistrationStepTaken,
} from './entities.ts';

export type Facts = Omit<EntityFacts, 'etag'>;

export interface MembershipFacts extends Facts {
  readonly tags: readonly string[];
}

export interface RegistrationFacts extends Facts {
  readonly note: string | null;
  readonly steps: readonly RegistrationStepTaken[];
}

export interface ApplicationFacts extends Facts {
  readonly name: string;
  readonly redirectUri: string | null;
  readonly owner: string | null;
}

/**
 * All that is kept of one Consumer: the record, which decisions read, and what only administration
 * needs. `memberships` has the record's groups as keys, `registrations` its Services.
 */
export interface Dossier {
  readonly record: ConsumerRecord;
  readonly facts: Facts;
  readonly memberships: ReadonlyMap<string, MembershipFacts>;
  readonly registrations: ReadonlyMap<string, RegistrationFacts>;
  /** The application that owns this Consumer, which is hidden then. */
  readonly application: ApplicationFacts | null;
}

/** What a change is made with. */
export interface Stamp {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly actor: string;
  /** A UUID that nobody has. */
  readonly newId: () => string;
}

export function newFacts(id: string, { now }: Stamp): Facts {
  return { id, createdAt: now, updatedAt: now, version: 1 };
}

export function touch<T extends Facts>(facts: T, { now }: Stamp): T {
  return { ...facts, updatedAt: now, version: facts.version + 1 };
}

/** The time of birth is in it: an etag of what was there before fits nothing that came later. */
export function etagOf({ createdAt, version }: Facts): string {
  return `${createdAt.toString(36)}-${version.toString(36)}`;
}

export function withMemberships(
  dossier: Dossier,
  memberships: ReadonlyMap<string, MembershipFacts>,
): Dossier {
  const record = { ...dossier.record, groups: new Set(memberships.keys()) };
  return { ...dossier, record, memberships };
}

/** With `service` set to this standing, or with `null` gone. */
export function withRegistration(
  dossier: Dossier,
  service: string,
  entry: { readonly standing: Registration; readonly facts: RegistrationFacts } | null,
): Dossier {
  const standings = new Map(dossier.record.registrations);
  const registrations = new Map(dossier.registrations);
  if (entry === null) {
    standings.delete(service);
    registrations.delete(service);
  } else {
    standings.set(service, entry.standing);
    registrations.set(service, entry.facts);
  }
  const record = { ...dossier.record, registrations: standings };
  return { ...dossier, record, registrations };
}

export function describeConsumer({ record, facts }: Dossier): ConsumerEntity {
  return {
    ...entityFacts(facts),
    username: record.username,
    customId: record.customId,
    tags: record.tags,
    identityProvider: record.identityProvider,
    rateLimit: record.rateLimit,
  };
}

/** Null where the Consumer is not in the group. */
export function describeAcl(dossier: Dossier, group: string): AclEntity | null {
  const facts = dossier.memberships.get(group);
  if (facts === undefined) return null;
  return { ...entityFacts(facts), group, tags: facts.tags, consumer: linkTo(dossier) };
}

/** Null where no application owns the Consumer. */
export function describeApplication({ record, application }: Dossier): ApplicationEntity | null {
  if (application === null) return null;
  return {
    ...entityFacts(application),
    name: application.name,
    customId: record.customId ?? '',
    redirectUri: application.redirectUri,
    owner: application.owner,
    tags: record.tags,
    identityProvider: record.identityProvider,
    consumerId: record.id,
  };
}

/** Null where there is none for the Service. */
export function describeRegistration(dossier: Dossier, service: string): RegistrationEntity | null {
  const { application } = dossier;
  const facts = dossier.registrations.get(service);
  const standing = dossier.record.registrations.get(service);
  if (facts === undefined || standing === undefined) return null;
  return {
    ...entityFacts(facts),
    service,
    consumer: linkTo(dossier),
    application: application === null ? null : { id: application.id, name: application.name },
    status: standing.status,
    suspended: standing.suspended,
    note: facts.note,
    steps: facts.steps,
  };
}

function entityFacts(facts: Facts): EntityFacts {
  const { id, createdAt, updatedAt, version } = facts;
  return { id, createdAt, updatedAt, version, etag: etagOf(facts) };
}

function linkTo({ record }: Dossier): ConsumerLink {
  return { id: record.id, username: record.username, customId: record.customId };
}
