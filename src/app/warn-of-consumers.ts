import type { ConsumerRecord } from '../authz/consumer.ts';
import type { Config } from '../config/config.ts';

/** What the file store is meant for. */
const manyConsumers = 10_000;
/** Names that a warning lists before it counts the rest. */
const listed = 10;

/**
 * What is allowed in a Consumers file but often not meant: names that lead nowhere, and Consumers
 * that tokens of several providers can reach, since client ids are unique within one provider only.
 */
export function warnOfConsumers(records: Iterable<ConsumerRecord>, config: Config): string[] {
  const services = new Set<string>();
  const providers = new Set<string>();
  const unbound: string[] = [];
  let count = 0;
  for (const record of records) {
    count += 1;
    for (const name of record.registrations.keys()) services.add(name);
    if (record.identityProvider !== null) providers.add(record.identityProvider);
    else unbound.push(record.username ?? record.customId ?? record.id);
  }
  return [
    ...warnOfSize(count),
    ...warnOfStrays('registrations name the unknown Service', services, config.services),
    ...warnOfStrays(
      'Consumers name the unknown identity provider',
      providers,
      config.identityProviders,
    ),
    ...warnOfUnbound(unbound, config),
  ];
}

function warnOfSize(count: number): string[] {
  return count <= manyConsumers
    ? []
    : [`a file is meant for up to ${String(manyConsumers)} Consumers; store.redis is for more`];
}

function warnOfStrays(
  what: string,
  names: ReadonlySet<string>,
  known: readonly { readonly name: string }[],
): string[] {
  const knownNames = new Set(known.map(({ name }) => name));
  return [...names].filter((name) => !knownNames.has(name)).map((name) => `${what} \`${name}\``);
}

function warnOfUnbound(unbound: readonly string[], { services }: Config): string[] {
  const shared = services.filter((service) => service.identityProviders.length > 1);
  if (shared.length === 0 || unbound.length === 0) return [];
  const some = unbound.slice(0, listed).join(', ');
  const more = unbound.length - listed;
  const who = more > 0 ? `${some} and ${String(more)} more` : some;
  const where = shared.map(({ name }) => name).join(', ');
  return [`any identity provider of ${where} can vouch for Consumers bound to none: ${who}`];
}
