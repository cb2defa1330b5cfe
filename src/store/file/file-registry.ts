import type { ConsumerRecord } from '../../authz/consumer.ts';
import { halt, pass, type Step } from '../../lib/step.ts';
import { describeAcl, describeConsumer, describeRegistration } from '../../registry/dossier.ts';
import type { AclEntity, RegistrationEntity } from '../../registry/entities.ts';
import type {
  Acls,
  Applications,
  Consumers,
  ConsumerKey,
  Developers,
  Registrations,
  Registry,
  Revocations,
} from '../../registry/ports.ts';
import { notFound, type RegistryProblem } from '../../registry/problem.ts';
import { pageOf } from './page-of.ts';
import { toDossier } from './to-dossier.ts';

/** The Consumers of a file; null = it is not loaded. */
export type ReadRecords = () => Iterable<ConsumerRecord> | null;

type Found<T> = Step<T, RegistryProblem>;

async function refuse(): Promise<Found<never>> {
  return halt({ kind: 'read_only' });
}

const noWrites = { create: refuse, put: refuse, patch: refuse, delete: refuse };

/** Administration that only looks: who changes a file, edits it. */
export function createFileRegistry(records: ReadRecords): Registry {
  return {
    consumers: createConsumers(records),
    acls: createAcls(records),
    registrations: createRegistrations(records),
    applications: noApplications,
    developers: noDevelopers,
    revocations: noRevocations,
    audit: { list: async (query) => pageOf([], query) },
  };
}

const noApplications: Applications = {
  get: async () => halt(notFound('application')),
  list: async (query) => pageOf([], query),
  ...noWrites,
};

const noDevelopers: Developers = {
  get: async () => halt(notFound('developer')),
  list: async (query) => pageOf([], query),
  ...noWrites,
};

const noRevocations: Revocations = {
  get: async () => halt(notFound('revocation')),
  list: async (query) => pageOf([], query),
  ...noWrites,
};

function createConsumers(records: ReadRecords): Consumers {
  return {
    async get(key) {
      const found = findRecord(records, key);
      return found.ok ? pass(describeConsumer(toDossier(found.value))) : found;
    },
    async list(query) {
      const all = readAll(records);
      if (!all.ok) return all;
      return pageOf(
        all.value.map((record) => describeConsumer(toDossier(record))),
        query,
      );
    },
    ...noWrites,
  };
}

function createAcls(records: ReadRecords): Acls {
  const listOf = (record: ConsumerRecord): AclEntity[] => {
    const dossier = toDossier(record);
    return [...record.groups].flatMap((group) => describeAcl(dossier, group) ?? []);
  };
  const listAll = (): Found<AclEntity[]> => {
    const all = readAll(records);
    return all.ok ? pass(all.value.flatMap(listOf)) : all;
  };
  return {
    async list(query) {
      const all = listAll();
      return all.ok ? pageOf(all.value, query) : all;
    },
    async get(id) {
      const all = listAll();
      return all.ok ? pick(all.value, 'acl', (acl) => acl.id === id.toLowerCase()) : all;
    },
    async listOf(key, query) {
      const found = findRecord(records, key);
      return found.ok ? pageOf(listOf(found.value), query) : found;
    },
    async getOf(key, { by, value }) {
      const found = findRecord(records, key);
      return found.ok ? pick(listOf(found.value), 'acl', (acl) => acl[by] === value) : found;
    },
    ...noWrites,
  };
}

function createRegistrations(records: ReadRecords): Registrations {
  const listAll = (): Found<RegistrationEntity[]> => {
    const all = readAll(records);
    return all.ok ? pass(all.value.flatMap(listRegistrations)) : all;
  };
  return {
    async get(id) {
      const all = listAll();
      return all.ok ? pick(all.value, 'registration', (one) => one.id === id) : all;
    },
    async list(query) {
      const { subject, service, status } = query;
      if (subject?.kind === 'application') return halt(notFound('application'));
      const owner = subject === undefined ? null : findRecord(records, subject.key);
      if (owner !== null && !owner.ok) return owner;
      const all = owner === null ? listAll() : pass(listRegistrations(owner.value));
      if (!all.ok) return all;
      const fitting = all.value.filter(
        (one) => (service ?? one.service) === one.service && (status ?? one.status) === one.status,
      );
      return pageOf(fitting, query);
    },
    request: refuse,
    change: refuse,
    delete: refuse,
  };
}

function listRegistrations(record: ConsumerRecord): RegistrationEntity[] {
  const dossier = toDossier(record);
  return [...record.registrations.keys()].flatMap(
    (service) => describeRegistration(dossier, service) ?? [],
  );
}

function readAll(records: ReadRecords): Found<ConsumerRecord[]> {
  const all = records();
  const detail = 'the Consumers file is not loaded';
  return all === null ? halt({ kind: 'unavailable', detail }) : pass([...all]);
}

const fields = { id: 'id', username: 'username', custom_id: 'customId' } as const;

function findRecord(records: ReadRecords, { by, value }: ConsumerKey): Found<ConsumerRecord> {
  const all = readAll(records);
  if (!all.ok) return all;
  return pick(all.value, 'consumer', (record) => record[fields[by]] === value);
}

function pick<T>(
  items: readonly T[],
  entity: 'consumer' | 'acl' | 'registration',
  fits: (item: T) => boolean,
): Found<T> {
  const found = items.find(fits);
  return found === undefined ? halt(notFound(entity)) : pass(found);
}
