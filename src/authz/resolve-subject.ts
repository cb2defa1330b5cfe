import { halt, pass, type Step } from '../lib/step.ts';
import { readFirstClaim, readWords } from './claims.ts';
import type { ConsumerRecord, ResolveConsumer } from './consumer.ts';
import { deny, unavailable, type Deny, type Refusal, type Unavailable } from './refusal.ts';
import { isHeaderSafe } from './header-value.ts';
import type { Policy, ProviderPolicy } from './policy.ts';
import type { Subject } from './subject.ts';
import type { VerifiedToken } from './token.ts';

/** The client id that a token names, by the provider's `consumer_claims`; null if it names none. */
export function readClientId(token: VerifiedToken, provider: ProviderPolicy): string | null {
  const value = readFirstClaim(token.claims, provider.consumerClaims);
  return typeof value === 'string' && isHeaderSafe(value) ? value : null;
}

/** From a token to the Consumer whose `custom_id` (or other attribute) it names. */
export async function resolveSubject(
  token: VerifiedToken,
  provider: ProviderPolicy,
  policy: Policy,
  resolveConsumer: ResolveConsumer,
  signal: AbortSignal,
): Promise<Step<Subject, Refusal>> {
  const clientId = readClientId(token, provider);
  const consumer =
    clientId === null
      ? halt(deny('consumer_claim_missing'))
      : await findConsumer(clientId, provider, resolveConsumer, signal);
  if (!consumer.ok) {
    const mayPass = consumer.stop.kind === 'deny' && policy.consumerOptional;
    return mayPass ? pass(describeSubject(token, provider, null)) : consumer;
  }
  return pass(describeSubject(token, provider, consumer.value));
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
  token: VerifiedToken,
  provider: ProviderPolicy,
  consumer: ConsumerRecord | null,
): Subject {
  const identifier = readFirstClaim(token.claims, provider.credentialClaim);
  return {
    consumer,
    anonymous: false,
    credentialIdentifier: typeof identifier === 'string' ? identifier : null,
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
