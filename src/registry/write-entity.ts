import { statusCodeOf } from './status-code.ts';
import type {
  AclEntity,
  ApplicationEntity,
  ConsumerEntity,
  DeveloperEntity,
  RegistrationEntity,
  RevocationEntity,
} from './entities.ts';

// Entities as the Admin API and the audit trail show them: Kong's names, times in seconds.

/** Kong's Consumer; our own fields only where they say something. */
export function writeConsumer(entity: ConsumerEntity) {
  const { rateLimit: limit, identityProvider } = entity;
  return {
    id: entity.id,
    username: entity.username,
    custom_id: entity.customId,
    tags: writeTags(entity.tags),
    ...writeTimes(entity),
    ...(identityProvider !== null && { identity_provider: identityProvider }),
    ...(limit !== null && {
      rate_limit: { requests_per_unit: limit.requestsPerUnit, unit: limit.unit },
    }),
  };
}

/** Kong's ACL. */
export function writeAcl(entity: AclEntity) {
  return {
    id: entity.id,
    group: entity.group,
    tags: writeTags(entity.tags),
    consumer: { id: entity.consumer.id },
    created_at: writeTimes(entity).created_at,
  };
}

export function writeApplication(entity: ApplicationEntity) {
  return {
    id: entity.id,
    name: entity.name,
    custom_id: entity.customId,
    redirect_uri: entity.redirectUri,
    owner: entity.owner,
    tags: writeTags(entity.tags),
    ...(entity.identityProvider !== null && { identity_provider: entity.identityProvider }),
    consumer: { id: entity.consumerId },
    version: entity.version,
    ...writeTimes(entity),
  };
}

export function writeRegistration(entity: RegistrationEntity) {
  const { id, service, consumer, application, status, suspended, note, version, steps } = entity;
  return {
    id,
    consumer: { id: consumer.id, username: consumer.username, custom_id: consumer.customId },
    application,
    service,
    status,
    suspended,
    note,
    version,
    steps: steps.map((step) => ({
      to: step.to,
      time: new Date(step.at).toISOString(),
      by: step.by,
      note: step.note,
    })),
    ...writeTimes(entity),
  };
}

/** The portal's developer, with its number for the status. */
export function writeDeveloper(entity: DeveloperEntity) {
  const { id, email, status, meta } = entity;
  return { id, email, status: statusCodeOf(status), meta, ...writeTimes(entity) };
}

export function writeRevocation(entity: RevocationEntity) {
  const { id, kind, subject, issuer, notBefore, until, note, version } = entity;
  return {
    id,
    kind,
    ...(kind === 'client_id' && { client_id: subject }),
    ...(kind === 'consumer' && { consumer: { id: subject } }),
    issuer,
    issued_until: notBefore === null ? null : new Date(notBefore).toISOString(),
    until: new Date(Math.min(until, latest)).toISOString(),
    note,
    version,
    ...writeTimes(entity),
  };
}

/** Kong's times: seconds since the epoch. */
export function writeTimes(entity: { readonly createdAt: number; readonly updatedAt: number }) {
  return {
    created_at: Math.floor(entity.createdAt / 1000),
    updated_at: Math.floor(entity.updatedAt / 1000),
  };
}

function writeTags(list: readonly string[]): readonly string[] | null {
  return list.length === 0 ? null : list;
}

/** The last moment that a date can name (ECMA-262 section 21.4.1.1). */
const latest = 8_640_000_000_000_000;
