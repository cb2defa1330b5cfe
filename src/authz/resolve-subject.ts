import { halt, pass, type Step } from '../lib/step.ts';
import type { Authenticated } from './authenticate.ts';
import { readFirstClaim, readWords } from './claims.ts';
import type { CheckContext } from './context.ts';
import type { ConsumerRecord, ResolveConsumer } from './consumer.ts';
import { deny, unavailable, type Deny, type Refusal, type Unavailable } from './refusal.ts';
import { isHeaderSafe } from './header-value.ts';
import type { Policy, ProviderPolicy } from './policy.ts';
import type { Subject } from './subject.ts';

/**
 * The client id that a token names, by the provider's `consumer_claims`; null if it names none. With
 * the password grant the client is Postern's own, so that the Service says which claim counts.
 */
export function readClientId(
  { token, openedBy }: Authenticated,
  provider: ProviderPolicy,
  { grant }: Policy,
): string | null {
  const ofUser = openedBy === 'password' ? (grant?.consumerClaims ?? null) : null;
  const value = readFirstClaim(token.claims, ofUser ?? provider.consumerClaims);
  return typeof value === 'string' && isHeaderSafe(value) ? value : null;
}

/** From a client id to the Consumer whose `custom_id` (or other attribute) it is. */
export async function resolveSubject(
  authenticated: Authenticated,
  clientId: string | null,
  provider: ProviderPolicy,
  { policy, signal }: Pick<CheckContext, 'policy' | 'signal'>,
  resolveConsumer: ResolveConsumer,
): Promise<Step<Subject, Refusal>> {
  const consumer =
    clientId === null
      ? halt(deny('consumer_claim_missing'))
      : await findConsumer(clientId, provider, resolveConsumer, signal);
  if (!consumer.ok) {
    const mayPass = consumer.stop.kind === 'deny' && policy.consumerOptional;
    return mayPass ? pass(describeSubject(authenticated, provider, null)) : consumer;
  }
  return pass(describeSubject(authenticated, provider, consumer.value));
}

async function findConsumer(
  clientId: string,
  provider: ProviderPolicy,
  resolveConsumer: ResolveConsumer,
  signal: AbortSignal,
): Promise<Step<ConsumerRecord, Refusal>> {
  let boundElsewhere = false;
  for (const attribute of provider.consumerBy) {
    const found = await resolveConsumer(attribute, clientId, signal);
    if (!found.ok) return found;
    if (found.value === null) continue;
    if (belongsTo(found.value, provider)) return pass(found.value);
    boundElsewhere = true;
  }
  return halt(unknownConsumer(boundElsewhere));
}

/** Client ids are unique within one provider only, so a Consumer may be bound to its own. */
function belongsTo(consumer: ConsumerRecord, provider: ProviderPolicy): boolean {
  return consumer.identityProvider === null || consumer.identityProvider === provider.name;
}

function unknownConsumer(boundElsewhere: boolean): Deny {
  return deny(
    'consumer_unknown',
    boundElsewhere ? 'the Consumer is bound to another identity provider' : undefined,
  );
}

function describeSubject(
  { token, credentialIdentifier }: Authenticated,
  provider: ProviderPolicy,
  consumer: ConsumerRecord | null,
): Subject {
  const identifier = readFirstClaim(token.claims, provider.credentialClaim);
  return {
    consumer,
    anonymous: false,
    credentialIdentifier:
      credentialIdentifier ?? (typeof identifier === 'string' ? identifier : null),
    authenticatedGroups: readWords(token.claims, provider.groupsClaims),
  };
}

/** The Consumer that a Service lets stand in where authentication failed (Kong's `anonymous`). */
export async function resolveAnonymous(
  username: string,
  resolveConsumer: ResolveConsumer,
  signal: AbortSignal,
): Promise<Step<Subject, Unavailable>> {
  const found = await resolveConsumer('username', username, signal);
  if (!found.ok) return found;
  if (found.value === null) {
    return halt(unavailable('internal', 'the configured anonymous Consumer does not exist'));
  }
  return pass({
    consumer: found.value,
    anonymous: true,
    credentialIdentifier: null,
    authenticatedGroups: null,
  });
}
