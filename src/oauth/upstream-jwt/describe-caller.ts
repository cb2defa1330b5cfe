import type { ConsumerRecord } from '../../authz/consumer.ts';
import type { UpstreamJwtPolicy } from '../../authz/policy.ts';
import type { Permit } from '../../authz/permit.ts';
import type { Subject } from '../../authz/subject.ts';
import type { Trail } from '../../authz/trail.ts';

/** Claims that say who calls; the others of the JWT say when and by whom it was signed. */
export type CallerClaims = Readonly<Record<string, unknown>>;

/**
 * What an upstream is told: `sub` is the Consumer's id and absent where there is none, since it has
 * to be unique below `iss`, which the names of several providers are not.
 */
export function describeCaller(
  { subject, groups }: Permit,
  { token, clientId }: Trail,
  { audience, service }: UpstreamJwtPolicy,
): CallerClaims {
  return withoutNulls({
    aud: audience.length === 1 ? audience[0] : audience,
    service,
    ...describeSubject(subject),
    groups: groups.header === 'none' ? [] : [...groups.names],
    client_id: clientId,
    idp: token?.issuer,
    auth_method: token?.method,
  });
}

function describeSubject(subject: Subject | null): CallerClaims {
  if (subject === null) return { anonymous: false };
  const { anonymous, consumer, credentialIdentifier } = subject;
  return {
    anonymous,
    sub: consumer?.id,
    consumer: consumer === null ? null : describeConsumer(consumer),
    credential_identifier: credentialIdentifier,
  };
}

function describeConsumer({ id, customId, username }: ConsumerRecord): CallerClaims {
  return withoutNulls({ id, custom_id: customId, username });
}

function withoutNulls(claims: CallerClaims): CallerClaims {
  return Object.fromEntries(
    Object.entries(claims).filter(([, value]) => value !== null && value !== undefined),
  );
}
