import type { DocumentPath } from '../documents/problem.ts';
import { compact, type Json } from './json.ts';
import type { KongConsumer } from './kong-model.ts';
import type { Ledger } from './ledger.ts';
import type { PortalRegistration } from './translate-portal.ts';

export interface ConsumerSources {
  readonly consumers: readonly KongConsumer[];
  readonly applications: readonly PortalRegistration[];
  /** Services here that take the Consumers of the file, though they are no applications. */
  readonly admitting: readonly string[];
  /** Usernames that stand in for callers who are not known: nothing admits those. */
  readonly anonymous: ReadonlySet<string>;
  /** Groups of Konnect's making, with the Services here whose registration they stand for. */
  readonly generated: ReadonlyMap<string, readonly string[]>;
}

interface Draft {
  readonly id: string | null;
  readonly username: string | null;
  readonly customId: string | null;
  readonly tags: readonly string[];
  readonly groups: readonly string[];
  readonly registrations: Map<string, Json>;
  readonly application: Json | null;
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Entries of a Consumers file. An application is the Consumer that has its client id, or a new one. */
export function translateConsumers(sources: ConsumerSources, ledger: Ledger): readonly Json[] {
  refuseRepeated(sources.consumers, ledger);
  const clients = new Set<string | null>(sources.applications.map(({ customId }) => customId));
  const isPlain = ({ entity }: KongConsumer) =>
    !sources.anonymous.has(entity.username ?? '') && !clients.has(entity.custom_id ?? null);
  const drafts = sources.consumers.flatMap((consumer) => {
    // An application has its own registrations, and the anonymous Consumer no credential.
    const admitted = isPlain(consumer) ? sources.admitting : [];
    return draft(consumer, admitted, sources.generated, ledger);
  });
  const byClient = new Map(drafts.map((item) => [item.customId, item]));
  for (const { id, customId, registrations, application } of sources.applications) {
    const found = byClient.get(customId) ?? {
      id,
      username: null,
      customId,
      tags: [],
      groups: [],
      registrations: new Map<string, Json>(),
      application,
    };
    if (!byClient.has(customId)) {
      byClient.set(customId, found);
      drafts.push(found);
    }
    for (const entry of registrations) found.registrations.set(String(entry['service']), entry);
  }
  return drafts.map(write);
}

function draft(
  { entity, groups, path }: KongConsumer,
  admitted: readonly string[],
  generated: ConsumerSources['generated'],
  ledger: Ledger,
): Draft[] {
  const username = entity.username ?? null;
  const customId = entity.custom_id ?? null;
  if (username === null && customId === null) {
    ledger.stop('consumer', path, 'expected a username or a custom_id');
    return [];
  }
  if ((entity.groups ?? []).length > 0) {
    ledger.ignore('consumer.groups', path, 'Consumer Groups; groups of an ACL are in acls');
  }
  const approved = [...admitted, ...groups.flatMap((group) => generated.get(group) ?? [])];
  const registrations = approved.map((service): [string, Json] => [
    service,
    { service, status: 'approved' },
  ]);
  const result: Draft = {
    id: entity.id ?? null,
    username,
    customId,
    tags: entity.tags ?? [],
    groups,
    registrations: new Map(registrations),
    application: null,
  };
  return [result];
}

function write(draft: Draft): Json {
  const { id, username, customId, tags, groups, registrations, application } = draft;
  return compact({
    id: id !== null && guid.test(id) ? id : null,
    username,
    custom_id: customId,
    tags,
    acls: groups.map((group) => ({ group })),
    registrations: [...registrations.values()],
    application,
  });
}

function refuseRepeated(consumers: readonly KongConsumer[], ledger: Ledger): void {
  for (const key of ['id', 'username', 'custom_id'] as const) {
    const first = new Map<string, DocumentPath>();
    for (const { entity, path } of consumers) {
      const value = entity[key] ?? null;
      if (value === null) continue;
      const other = first.get(value);
      if (other === undefined) {
        first.set(value, path);
        continue;
      }
      const place = ledger.place([...other, key]);
      ledger.stop(`consumer.${key}`, [...path, key], `the same ${key} as at ${place}`);
    }
  }
}
