import type { ConsumerRecord } from '../../authz/consumer.ts';
import type { UpstreamJwtPolicy } from '../../authz/policy.ts';
import type { Subject } from '../../authz/subject.ts';
import type { Trail } from '../../authz/trail.ts';

/** Claims that say who calls; the others of the JWT say when and by whom it was signed. */
export type CallerClaims = Readonly<Record<string, unknown>>;

/**
 * What an upstream is told: `sub` is the Consumer's id and absent where there is none, since it has
 * to be unique below `iss`, which the names of several providers are not.
 */
export function describeCaller(
  subject: Subject,
  { token, clientId }: Trail,
  { audience, service }: UpstreamJwtPolicy,
): CallerClaims {
  const { consumer, credentialIdentifier } = subject;
  return {
    ...(consumer !== null && { sub: consumer.id }),
    aud: audience.length === 1 ? audience[0] : audience,
    service,
    anonymous: subject.anonymous,
    ...(consumer !== null && { consumer: describeConsumer(consumer) }),
    groups: speakingGroups(subject),
    ...(clientId !== null && { client_id: clientId }),
    ...(credentialIdentifier !== null && { credential_identifier: credentialIdentifier }),
    ...(token !== null && { idp: token.issuer, auth_method: token.method }),
  };
}

function describeConsumer({ id, customId, username }: ConsumerRecord): CallerClaims {
  return {
    id,
    ...(customId !== null && { custom_id: customId }),
    ...(username !== null && { username }),
  };
}

/** As for the groups headers: the provider's only where no known Consumer has its own. */
function speakingGroups(subject: Subject): readonly string[] {
  const { consumer, authenticatedGroups, anonymous } = subject;
  if (authenticatedGroups !== null && (consumer === null || anonymous)) return authenticatedGroups;
  return consumer === null ? [] : [...consumer.groups];
}
