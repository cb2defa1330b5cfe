import { halt, pass, type MaybePromise, type Step } from '../lib/step.ts';
import { whenPassed } from '../lib/when-passed.ts';
import { whenThere } from '../lib/when-there.ts';
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
export function resolveSubject(
  authenticated: Authenticated,
  clientId: string | null,
  provider: ProviderPolicy,
  { policy, signal }: Pick<CheckContext, 'policy' | 'signal'>,
  resolveConsumer: ResolveConsumer,
): MaybePromise<Step<Subject, Refusal>> {
  const found: MaybePromise<Step<ConsumerRecord, Refusal>> =
    clientId === null
      ? halt(deny('consumer_claim_missing'))
      : findConsumer(clientId, provider, resolveConsumer, signal);
  return whenThere(found, (consumer) => {
    if (consumer.ok) return pass(describeSubject(authenticated, provider, consumer.value));
    const mayPass = consumer.stop.kind === 'deny' && policy.consumerOptional;
    return mayPass ? pass(describeSubject(authenticated, provider, null)) : consumer;
  });
}

/** By one attribute after the other, from number `index` on. */
function findConsumer(
  clientId: string,
  provider: ProviderPolicy,
  resolveConsumer: ResolveConsumer,
  signal: AbortSignal,
  index = 0,
  boundElsewhere = false,
): MaybePromise<Step<ConsumerRecord, Refusal>> {
  const attribute = provider.consumerBy[index];
  if (attribute === undefined) return halt(unknownConsumer(boundElsewhere));
  return whenPassed(resolveConsumer(attribute, clientId, signal), (found) => {
    if (found !== null && belongsTo(found, provider)) return pass(found);
    const isElsewhere = boundElsewhere || found !== null;
    return findConsumer(clientId, provider, resolveConsumer, signal, index + 1, isElsewhere);
  });
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
export function resolveAnonymous(
  username: string,
  resolveConsumer: ResolveConsumer,
  signal: AbortSignal,
): MaybePromise<Step<Subject, Unavailable>> {
  return whenPassed(resolveConsumer('username', username, signal), (consumer) =>
    consumer === null
      ? halt(unavailable('internal', 'the configured anonymous Consumer does not exist'))
      : pass({
          consumer,
          anonymous: true,
          credentialIdentifier: null,
          authenticatedGroups: null,
        }),
  );
}
