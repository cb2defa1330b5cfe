import { halt, pass } from '../../lib/step.ts';
import { describeAcl, describeConsumer, describeRegistration } from '../../registry/dossier.ts';
import type { AclEntity, ApplicationEntity, RegistrationEntity } from '../../registry/entities.ts';
import type {
  Acls,
  Applications,
  Consumers,
  Developers,
  Registrations,
  Registry,
  Revocations,
} from '../../registry/ports.ts';
import { notFound } from '../../registry/problem.ts';
import type { FileConsumer } from './file-consumer.ts';
import {
  describeOwner,
  findForGroups,
  findSubject,
  findVisible,
  isVisible,
  pick,
  readAll,
  type Found,
  type ReadRecords,
} from './find-in-file.ts';
import { pageOf } from './page-of.ts';
import { toDossier } from './to-dossier.ts';

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
    applications: createApplications(records),
    developers: noDevelopers,
    revocations: noRevocations,
    audit: { list: async (query) => pageOf([], query) },
  };
}

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
      const found = findVisible(records, key);
      return found.ok ? pass(describeConsumer(toDossier(found.value))) : found;
    },
    async list(query) {
      const all = readAll(records);
      if (!all.ok) return all;
      return pageOf(
        all.value.filter(isVisible).map((record) => describeConsumer(toDossier(record))),
        query,
      );
    },
    ...noWrites,
  };
}

function createApplications(records: ReadRecords): Applications {
  const listAll = (): Found<ApplicationEntity[]> => {
    const all = readAll(records);
    if (!all.ok) return all;
    return pass(all.value.flatMap((record) => describeOwner(record) ?? []));
  };
  return {
    async get(id) {
      const all = listAll();
      return all.ok ? pick(all.value, 'application', (one) => one.id === id.toLowerCase()) : all;
    },
    async list(query) {
      const all = listAll();
      if (!all.ok) return all;
      const { owner } = query;
      return pageOf(
        all.value.filter((one) => (owner ?? one.owner) === one.owner),
        query,
      );
    },
    ...noWrites,
  };
}

function createAcls(records: ReadRecords): Acls {
  const listOf = (record: FileConsumer): AclEntity[] => {
    const dossier = toDossier(record);
    return [...record.groups].flatMap((group) => describeAcl(dossier, group) ?? []);
  };
  const listAll = (): Found<AclEntity[]> => {
    const all = readAll(records);
    return all.ok ? pass(all.value.filter(isVisible).flatMap(listOf)) : all;
  };
  return {
    async list(query) {
      const all = listAll();
      return all.ok ? pageOf(all.value, query) : all;
    },
    async get(id) {
      const all = readAll(records);
      if (!all.ok) return all;
      return pick(all.value.flatMap(listOf), 'acl', (acl) => acl.id === id.toLowerCase());
    },
    async listOf(key, query) {
      const found = findForGroups(records, key);
      return found.ok ? pageOf(listOf(found.value), query) : found;
    },
    async getOf(key, { by, value }) {
      const found = findForGroups(records, key);
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
      const owner = subject === undefined ? null : findSubject(records, subject);
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

function listRegistrations(record: FileConsumer): RegistrationEntity[] {
  const dossier = toDossier(record);
  return [...record.registrations.keys()].flatMap(
    (service) => describeRegistration(dossier, service) ?? [],
  );
}
