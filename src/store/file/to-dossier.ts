import type { Dossier, Facts } from '../../registry/dossier.ts';
import { derivePartId } from '../consumer-id.ts';
import type { FileConsumer } from './file-consumer.ts';

/** A record of a file as administration sees it: a file tells no times, and ids are derived. */
export function toDossier({ application, ...record }: FileConsumer): Dossier {
  const { id, groups, registrations } = record;
  return {
    record,
    facts: factsOf(id),
    memberships: new Map(
      Array.from(groups, (group) => [
        group,
        { ...factsOf(derivePartId(id, 'acl', group)), tags: [] },
      ]),
    ),
    registrations: new Map(
      Array.from(registrations.keys(), (service) => [
        service,
        { ...factsOf(derivePartId(id, 'registration', service)), note: null, steps: [] },
      ]),
    ),
    application: application && {
      ...factsOf(derivePartId(id, 'application', '')),
      ...application,
    },
  };
}

function factsOf(id: string): Facts {
  return { id, createdAt: 0, updatedAt: 0, version: 1 };
}
