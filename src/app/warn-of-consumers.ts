import type { ConsumerRecord } from '../authz/consumer.ts';
import type { Config } from '../config/config.ts';

/** What the file store is meant for. */
const manyConsumers = 10_000;
/** Names that a warning lists before it counts the rest. */
const listed = 10;

export interface ConsumersWarning {
  readonly message: string;
  /** Number of the first Consumer that it is about, from 0; null = it is about the file. */
  readonly at: number | null;
}

/** By name, the number of the first Consumer that has it. */
type FirstPlaces = Map<string, number>;

/** What is found while all Consumers are looked at once. */
interface Findings {
  count: number;
  readonly services: FirstPlaces;
  readonly providers: FirstPlaces;
  readonly usernames: Set<string>;
  readonly unbound: string[];
  firstUnbound: number | null;
}

/**
 * What is allowed in a Consumers file but often not meant: nobody at all, names that lead nowhere or
 * that the configuration misses, and Consumers that tokens of several providers can reach, since
 * client ids are unique within one provider only.
 */
export function warnOfConsumers(
  records: Iterable<ConsumerRecord>,
  config: Config,
): readonly ConsumersWarning[] {
  const found = lookAt(records, config);
  return [
    ...warnOfNumber(found.count, config),
    ...warnOfAnonymous(found, config),
    ...warnOfStrays('registrations name the unknown Service', found.services, config.services),
    ...warnOfStrays(
      'Consumers name the unknown identity provider',
      found.providers,
      config.identityProviders,
    ),
    ...warnOfUnbound(found, config),
  ];
}

function lookAt(records: Iterable<ConsumerRecord>, { services }: Config): Findings {
  const wanted = new Set(services.map(({ anonymous }) => anonymous));
  const found: Findings = {
    count: 0,
    services: new Map(),
    providers: new Map(),
    usernames: new Set(),
    unbound: [],
    firstUnbound: null,
  };
  for (const { id, username, customId, identityProvider, registrations } of records) {
    const at = found.count;
    found.count += 1;
    if (username !== null && wanted.has(username)) found.usernames.add(username);
    for (const name of registrations.keys()) note(found.services, name, at);
    if (identityProvider !== null) {
      note(found.providers, identityProvider, at);
    } else {
      found.firstUnbound ??= at;
      found.unbound.push(username ?? customId ?? id);
    }
  }
  return found;
}

function note(places: FirstPlaces, name: string, at: number): void {
  if (!places.has(name)) places.set(name, at);
}

function warnOfNumber(count: number, { services }: Config): readonly ConsumersWarning[] {
  if (count > manyConsumers) {
    const most = String(manyConsumers);
    return [
      { message: `a file is meant for up to ${most} Consumers; store.redis is for more`, at: null },
    ];
  }
  const needed = services.some(({ consumerOptional }) => !consumerOptional);
  return count === 0 && needed ? [{ message: 'there are no Consumers', at: null }] : [];
}

function warnOfAnonymous(
  { usernames }: Findings,
  { services }: Config,
): readonly ConsumersWarning[] {
  return services.flatMap(({ name, anonymous }) =>
    anonymous === null || usernames.has(anonymous)
      ? []
      : [
          {
            message: `no Consumer has the username \`${anonymous}\`, which is \`anonymous\` of ${name}`,
            at: null,
          },
        ],
  );
}

function warnOfStrays(
  what: string,
  names: FirstPlaces,
  known: readonly { readonly name: string }[],
): readonly ConsumersWarning[] {
  const knownNames = new Set(known.map(({ name }) => name));
  return [...names]
    .filter(([name]) => !knownNames.has(name))
    .map(([name, at]) => ({ message: `${what} \`${name}\``, at }));
}

function warnOfUnbound(
  { unbound, firstUnbound: at }: Findings,
  { services }: Config,
): readonly ConsumersWarning[] {
  const shared = services.filter((service) => service.identityProviders.length > 1);
  if (shared.length === 0 || unbound.length === 0) return [];
  const some = unbound.slice(0, listed).join(', ');
  const more = unbound.length - listed;
  const who = more > 0 ? `${some} and ${String(more)} more` : some;
  const where = shared.map(({ name }) => name).join(', ');
  const message = `any identity provider of ${where} can vouch for Consumers bound to none: ${who}`;
  return [{ message, at }];
}
