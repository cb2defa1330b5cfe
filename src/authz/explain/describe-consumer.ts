import type { ClaimPath } from '../claims.ts';
import type { ConsumerRecord } from '../consumer.ts';
import { isStoodIn, providersOf, refusalOf, type CaseOfPolicy } from './case.ts';
import type { Lookup } from './rehearse.ts';
import { list, tellPaths } from './words.ts';

/** Which claim names whom, and who was found. */
export function describeConsumer(it: CaseOfPolicy): string[] {
  const { alone, final } = it;
  const { clientId, token } = alone.decision.trail;
  const facts: string[] = [];
  if (token !== null) {
    const paths = tellPaths(consumerClaims(it));
    facts.push(
      clientId === null
        ? `No usable string in the consumer claims (${paths}).`
        : `The client is ${clientId} (claim ${paths}).`,
      ...alone.lookups.map((lookup) => tellLookup(lookup, token.provider)),
    );
  }
  const refused = refusalOf(alone.decision) !== null;
  if (token !== null && alone.decision.trail.consumer === null && !refused) {
    facts.push('consumer_optional: the request goes on without a Consumer.');
  }
  if (isStoodIn(it)) facts.push(...tellStandIn(it));
  const { consumer } = final.decision.trail;
  return consumer === null ? facts : [...facts, ...tellConsumer(consumer)];
}

/** The claims that may name the Consumer; with the password grant the Service says which. */
export function consumerClaims(it: CaseOfPolicy): readonly ClaimPath[] {
  const isOfUser = it.alone.decision.trail.token?.method === 'password';
  const ofUser = isOfUser ? (it.policy.grant?.consumerClaims ?? null) : null;
  return ofUser ?? providersOf(it)[0]?.consumerClaims ?? [];
}

function tellLookup({ by, value, found }: Lookup, provider: string): string {
  if (found === null) return `No Consumer has the ${by} ${value}.`;
  const { identityProvider: bound } = found;
  return bound === null || bound === provider
    ? `There is a Consumer with the ${by} ${value}.`
    : `The Consumer with the ${by} ${value} is bound to the identity provider ${bound}.`;
}

function tellStandIn({ policy, final }: CaseOfPolicy): string[] {
  const name = policy.anonymous ?? '';
  return final.decision.trail.consumer === null
    ? [`The anonymous Consumer ${name} should stand in, and could not be had.`]
    : [`The anonymous Consumer ${name} stands in.`];
}

function tellConsumer(consumer: ConsumerRecord): string[] {
  const { id, username, customId, groups, registrations } = consumer;
  const standings = [...registrations].map(
    ([service, { status, suspended }]) => `${service} ${status}${suspended ? ' (suspended)' : ''}`,
  );
  return [
    `Consumer: username ${username ?? 'none'}, custom_id ${customId ?? 'none'}, id ${id}.`,
    `Groups: ${list(groups)}.`,
    `Registrations: ${list(standings)}.`,
  ];
}
