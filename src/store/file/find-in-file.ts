import { halt, pass, type Step } from '../../lib/step.ts';
import { describeApplication } from '../../registry/dossier.ts';
import type { ApplicationEntity } from '../../registry/entities.ts';
import type { ConsumerKey, RegistrationSubject } from '../../registry/ports.ts';
import { notFound, type RegistryProblem } from '../../registry/problem.ts';
import type { FileConsumer } from './file-consumer.ts';
import { toDossier } from './to-dossier.ts';

/** The Consumers of a file; null = it is not loaded. */
export type ReadRecords = () => Iterable<FileConsumer> | null;

export type Found<T> = Step<T, RegistryProblem>;

export function describeOwner(record: FileConsumer): ApplicationEntity | null {
  return isVisible(record) ? null : describeApplication(toDossier(record));
}

export function readAll(records: ReadRecords): Found<FileConsumer[]> {
  const all = records();
  const detail = 'the Consumers file is not loaded';
  return all === null ? halt({ kind: 'unavailable', detail }) : pass([...all]);
}

const fields = { id: 'id', username: 'username', custom_id: 'customId' } as const;

function findRecord(records: ReadRecords, { by, value }: ConsumerKey): Found<FileConsumer> {
  const all = readAll(records);
  if (!all.ok) return all;
  return pick(all.value, 'consumer', (record) => record[fields[by]] === value);
}

export function isVisible({ application }: FileConsumer): boolean {
  return application === null;
}

/** What an application owns goes by the application. */
export function findVisible(records: ReadRecords, key: ConsumerKey): Found<FileConsumer> {
  const found = findRecord(records, key);
  return found.ok && !isVisible(found.value) ? halt(notFound('consumer')) : found;
}

/** Of an application's Consumer the groups are there, but only by its id. */
export function findForGroups(records: ReadRecords, key: ConsumerKey): Found<FileConsumer> {
  return key.by === 'id' ? findRecord(records, key) : findVisible(records, key);
}

export function findSubject(
  records: ReadRecords,
  subject: RegistrationSubject,
): Found<FileConsumer> {
  if (subject.kind === 'consumer') return findRecord(records, subject.key);
  const all = readAll(records);
  if (!all.ok) return all;
  const id = subject.id.toLowerCase();
  return pick(all.value, 'application', (record) => describeOwner(record)?.id === id);
}

export function pick<T>(
  items: readonly T[],
  entity: 'consumer' | 'acl' | 'registration' | 'application',
  fits: (item: T) => boolean,
): Found<T> {
  const found = items.find(fits);
  return found === undefined ? halt(notFound(entity)) : pass(found);
}
