import type { ConsumerRecord } from '../authz/consumer.ts';
import type { Config } from '../config/config.ts';
import type { Problem } from '../documents/problem.ts';
import { parseConsumersFile } from '../store/file/parse-consumers-file.ts';

export interface CheckedConsumers {
  /** Null where Consumers are in Redis. */
  readonly count: number | null;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** What the file store is meant for. */
const manyConsumers = 10_000;

/** What can be said of a configured Consumers file without serving it. */
export async function checkConsumersFile(config: Config): Promise<CheckedConsumers> {
  if (config.store.kind !== 'file') return { count: null, problems: [], warnings: [] };
  const { path } = config.store;
  try {
    const { records, problems, ignored } = await parseConsumersFile(path);
    const warnings = [
      ...ignored.map((section) => `section \`${section}\` is ignored`),
      ...warnOfNames(records, config),
    ].map((message) => ({ file: path, line: 1, column: 1, path: '', message }));
    return { count: records.length, problems, warnings };
  } catch {
    const problem = { file: path, line: 1, column: 1, path: '', message: 'cannot be read' };
    return { count: 0, problems: [problem], warnings: [] };
  }
}

/** Names that lead nowhere, and Consumers that tokens of several providers can reach. */
function warnOfNames(records: readonly ConsumerRecord[], config: Config): string[] {
  const services = new Set(config.services.map(({ name }) => name));
  const providers = new Set(config.identityProviders.map(({ name }) => name));
  const named = (names: Iterable<string>) => [...new Set(names)];
  const strayServices = named(records.flatMap((record) => [...record.registrations.keys()]));
  const strayProviders = named(records.flatMap((record) => record.identityProvider ?? []));
  return [
    ...warnOfSize(records),
    ...strayServices
      .filter((name) => !services.has(name))
      .map((name) => `registrations name the unknown Service \`${name}\``),
    ...strayProviders
      .filter((name) => !providers.has(name))
      .map((name) => `Consumers name the unknown identity provider \`${name}\``),
    ...warnOfUnbound(records, config),
  ];
}

function warnOfSize({ length }: readonly ConsumerRecord[]): string[] {
  return length <= manyConsumers
    ? []
    : [`a file is meant for up to ${String(manyConsumers)} Consumers; store.redis is for more`];
}

function warnOfUnbound(records: readonly ConsumerRecord[], config: Config): string[] {
  const shared = config.services.filter((service) => service.identityProviders.length > 1);
  const unbound = records.filter((record) => record.identityProvider === null).length;
  if (shared.length === 0 || unbound === 0) return [];
  const names = shared.map(({ name }) => name).join(', ');
  return [
    `${String(unbound)} Consumers have no identity_provider, so that any provider of ${names} can vouch for them`,
  ];
}
