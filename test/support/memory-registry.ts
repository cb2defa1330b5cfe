import { randomUUID } from 'node:crypto';
import { halt, pass, type Step } from '../../src/lib/step.ts';
import {
  addAcl,
  editAcl,
  findGroup,
  removeAcl,
  replaceAcl,
} from '../../src/registry/change-acl.ts';
import { createApplication, editApplication } from '../../src/registry/change-application.ts';
import {
  createConsumer,
  patchConsumer,
  replaceConsumer,
} from '../../src/registry/change-consumer.ts';
import { changeRegistration, requestRegistration } from '../../src/registry/change-registration.ts';
import { checkVersion } from '../../src/registry/check-version.ts';
import {
  describeAcl,
  describeApplication,
  describeConsumer,
  describeRegistration,
  etagOf,
  newFacts,
  touch,
  withRegistration,
  type Dossier,
  type Facts,
} from '../../src/registry/dossier.ts';
import type { DeveloperEntity } from '../../src/registry/entities.ts';
import type {
  ConsumerKey,
  DeveloperKey,
  Outcome,
  Page,
  PageQuery,
  RegistrationSubject,
  Registry,
  TaggedQuery,
  WriteContext,
  Written,
} from '../../src/registry/ports.ts';
import { invalid, notFound, type RegistryProblem } from '../../src/registry/problem.ts';

type Found<T> = Step<T, RegistryProblem>;

/** A registry in memory, for tests of what stands before one. Nothing is audited or repeated. */
export class MemoryRegistry {
  readonly dossiers = new Map<string, Dossier>();
  readonly people = new Map<string, DeveloperEntity>();
  /** What every call gives instead, while it is set. */
  problem: RegistryProblem | null = null;
  #now = 1_700_000_000_000;

  readonly ports: Registry = {
    consumers: {
      get: async (key) => this.#map(this.#findShown(key), describeConsumer),
      list: async (query) => this.#page(this.#shown().map(describeConsumer), query),
      create: async (draft, context) => {
        const made = createConsumer(draft, this.#stamp(context));
        return this.#save(null, made, context, describeConsumer);
      },
      put: async (key, draft, context) => {
        const found = this.#find(key);
        const before = found.ok ? found.value : null;
        if (before !== null && before.application !== null) return takenBy(before, key.by);
        const made = replaceConsumer(before, key, draft, this.#stamp(context));
        return this.#save(before, made, context, describeConsumer);
      },
      patch: async (key, changes, context) => {
        const found = this.#findShown(key);
        if (!found.ok) return found;
        const made = patchConsumer(found.value, changes, this.#stamp(context));
        return this.#save(found.value, made, context, describeConsumer);
      },
      delete: async (key, context) => this.#delete(this.#findShown(key), context, describeConsumer),
    },
    acls: {
      list: async (query) => this.#page(this.#shown().flatMap(listAcls), query),
      get: async (id) => {
        const acl = [...this.dossiers.values()].flatMap(listAcls).find((one) => one.id === id);
        return this.#value(acl, 'acl');
      },
      listOf: async (key, query) => {
        const found = this.#find(key);
        return found.ok ? this.#page(listAcls(found.value), query) : found;
      },
      getOf: async (key, acl) => {
        const found = this.#find(key);
        if (!found.ok) return found;
        const group = findGroup(found.value, acl);
        return this.#value(group === null ? null : describeAcl(found.value, group), 'acl');
      },
      create: (key, draft, context) =>
        this.#changeAcl(key, context, (before) => addAcl(before, draft, this.#stamp(context))),
      put: (key, acl, draft, context) =>
        this.#changeAcl(key, context, (before) =>
          replaceAcl(before, acl, draft, this.#stamp(context)),
        ),
      patch: (key, acl, changes, context) =>
        this.#changeAcl(key, context, (before) => {
          const group = findGroup(before, acl);
          if (group === null) return halt(notFound('acl'));
          return editAcl(before, group, changes, this.#stamp(context));
        }),
      delete: async (key, acl) => {
        const found = this.#find(key);
        if (!found.ok) return found;
        const group = findGroup(found.value, acl);
        const entity = group === null ? null : describeAcl(found.value, group);
        if (entity === null) return halt(notFound('acl'));
        this.dossiers.set(found.value.record.id, removeAcl(found.value, entity.group));
        return pass(entity);
      },
    },
    applications: {
      get: async (id) => this.#map(this.#findApplication(id), applicationOf),
      list: async (query) => {
        const all = [...this.dossiers.values()].flatMap((one) => describeApplication(one) ?? []);
        const { owner } = query;
        return this.#page(
          all.filter((one) => owner === undefined || one.owner === owner),
          query,
        );
      },
      create: async (draft, context) => {
        const made = createApplication(draft, this.#stamp(context));
        return this.#save(null, made, context, applicationOf);
      },
      patch: async (id, changes, context) => {
        const found = this.#findApplication(id);
        if (!found.ok || found.value.application === null) return halt(notFound('application'));
        const { application } = found.value;
        const made = editApplication(found.value, application, changes, this.#stamp(context));
        return this.#save(found.value, made, context, applicationOf);
      },
      delete: async (id, context) =>
        this.#delete(this.#findApplication(id), context, applicationOf),
    },
    registrations: {
      get: async (id) => this.#value(this.#registrations().find((one) => one.id === id)),
      list: async (query) => {
        const subject = query.subject === undefined ? null : this.#findSubject(query.subject);
        if (subject !== null && !subject.ok) return subject;
        const items = this.#registrations().filter(
          (one) =>
            (query.service ?? one.service) === one.service &&
            (query.status ?? one.status) === one.status &&
            (subject?.value.record.id ?? one.consumer.id) === one.consumer.id,
        );
        return this.#page(items, query);
      },
      request: async ({ subject, ...request }, context) => {
        const found = this.#findSubject(subject);
        if (!found.ok) return found;
        const made = requestRegistration(found.value, request, this.#stamp(context));
        const write = (one: Dossier) => describeRegistration(one, request.service)!;
        return this.#save(found.value, made, context, write);
      },
      change: async (id, change, context) => {
        const entity = this.#registrations().find((one) => one.id === id);
        if (entity === undefined) return halt(notFound('registration'));
        const before = this.dossiers.get(entity.consumer.id)!;
        const checked = checkVersion(before.registrations.get(entity.service)!, context.ifMatch);
        if (!checked.ok) return checked;
        const made = changeRegistration(before, entity.service, change, this.#stamp(context));
        const write = (one: Dossier) => describeRegistration(one, entity.service)!;
        return this.#save(before, made, { ...context, ifMatch: '*' }, write);
      },
      delete: async (id) => {
        const entity = this.#registrations().find((one) => one.id === id);
        if (entity === undefined) return halt(notFound('registration'));
        const before = this.dossiers.get(entity.consumer.id)!;
        this.dossiers.set(before.record.id, withRegistration(before, entity.service, null));
        return pass(entity);
      },
    },
    developers: {
      get: async (key) => this.#value(this.#findPerson(key), 'developer'),
      list: async (query) => this.#page([...this.people.values()], query),
      create: async ({ id = randomUUID(), email, status, meta }, context) => {
        if (email === undefined) return halt(invalid({ email: 'required field missing' }));
        const facts = newFacts(id, this.#stamp(context));
        return this.#savePerson(facts, {
          email,
          status: status ?? 'requested',
          meta: meta ?? null,
        });
      },
      patch: async (key, { email, status, meta }, context) => {
        const person = this.#findPerson(key);
        if (person === undefined) return halt(notFound('developer'));
        return this.#savePerson(touch(person, this.#stamp(context)), {
          email: email ?? person.email,
          status: status ?? person.status,
          meta: meta === undefined ? person.meta : meta,
        });
      },
      delete: async (key) => {
        const person = this.#findPerson(key);
        if (person !== undefined) this.people.delete(person.id);
        return this.#value(person, 'developer');
      },
    },
    revocations: {
      get: async () => halt(notFound('revocation')),
      list: async (query) => this.#page([], query),
      create: async () => halt({ kind: 'read_only' }),
      delete: async () => halt(notFound('revocation')),
    },
    audit: { list: async (query) => this.#page([], query) },
  };

  #stamp({ actor }: WriteContext) {
    this.#now += 1000;
    return { now: this.#now, actor, newId: randomUUID };
  }

  #shown(): Dossier[] {
    return [...this.dossiers.values()].filter(({ application }) => application === null);
  }

  #registrations() {
    return [...this.dossiers.values()].flatMap((one) =>
      [...one.registrations.keys()].map((service) => describeRegistration(one, service)!),
    );
  }

  #find({ by, value }: ConsumerKey): Found<Dossier> {
    const fields = { id: 'id', username: 'username', custom_id: 'customId' } as const;
    const all = [...this.dossiers.values()];
    return this.#value(all.find(({ record }) => record[fields[by]] === value));
  }

  #findShown(key: ConsumerKey): Found<Dossier> {
    const found = this.#find(key);
    return found.ok && found.value.application !== null ? halt(notFound('consumer')) : found;
  }

  #findApplication(id: string): Found<Dossier> {
    const all = [...this.dossiers.values()];
    return this.#value(
      all.find((one) => one.application?.id === id),
      'application',
    );
  }

  #findSubject(subject: RegistrationSubject): Found<Dossier> {
    return subject.kind === 'application'
      ? this.#findApplication(subject.id)
      : this.#findShown(subject.key);
  }

  #findPerson({ by, value }: DeveloperKey): DeveloperEntity | undefined {
    return [...this.people.values()].find((one) => one[by] === value);
  }

  async #savePerson(facts: Facts, fields: Pick<DeveloperEntity, 'email' | 'status' | 'meta'>) {
    if (this.problem !== null) return halt(this.problem);
    const { id, createdAt, updatedAt, version } = facts;
    const entity = { id, createdAt, updatedAt, version, etag: etagOf(facts), ...fields };
    this.people.set(id, entity);
    return pass({ entity, outcome: 'created', repeated: false } as const);
  }

  #value<T>(
    value: T | null | undefined,
    entity: 'acl' | 'application' | 'consumer' | 'developer' = 'consumer',
  ): Found<T> {
    if (this.problem !== null) return halt(this.problem);
    return value === null || value === undefined ? halt(notFound(entity)) : pass(value);
  }

  #map<T>(found: Found<Dossier>, write: (one: Dossier) => T): Found<T> {
    return found.ok ? pass(write(found.value)) : found;
  }

  /** Pages by position: nothing changes between the pages of a test. */
  #page<T>(items: readonly T[], query: PageQuery & Pick<TaggedQuery, 'tags'>): Found<Page<T>> {
    if (this.problem !== null) return halt(this.problem);
    const { size, offset = '0', tags } = query;
    if (!/^\d+$/.test(offset)) return halt(invalid({ offset: 'not an offset of this list' }));
    const fitting = items.filter((item) => {
      const own = (item as { tags?: readonly string[] }).tags ?? [];
      return (
        tags === undefined ||
        tags.tags[tags.match === 'all' ? 'every' : 'some']((tag) => own.includes(tag))
      );
    });
    const end = Number(offset) + size;
    const next = end < fitting.length ? String(end) : null;
    return pass({ items: fitting.slice(Number(offset), end), next });
  }

  async #changeAcl(
    key: ConsumerKey,
    context: WriteContext,
    change: (before: Dossier) => Found<{ readonly dossier: Dossier; readonly group: string }>,
  ) {
    const found = this.#find(key);
    if (!found.ok) return found;
    const changed = change(found.value);
    if (!changed.ok) return changed;
    const { dossier, group } = changed.value;
    return this.#save(found.value, pass(dossier), context, (one) => describeAcl(one, group)!);
  }

  async #save<T>(
    before: Dossier | null,
    made: Found<Dossier>,
    { ifMatch }: WriteContext,
    write: (one: Dossier) => T,
  ): Outcome<Written<T>> {
    if (this.problem !== null) return halt(this.problem);
    const checked = checkVersion(before?.facts ?? null, ifMatch);
    if (!checked.ok) return checked;
    if (!made.ok) return made;
    const { record } = made.value;
    for (const other of this.dossiers.values()) {
      if (other.record.id === before?.record.id) continue;
      if (other.record.id === record.id) return takenBy(other, 'id');
      const { username, customId } = other.record;
      if (username !== null && username === record.username) return takenBy(other, 'username');
      if (customId !== null && customId === record.customId) return takenBy(other, 'custom_id');
    }
    this.dossiers.set(record.id, made.value);
    const outcome = before === null ? 'created' : before === made.value ? 'unchanged' : 'updated';
    // A part that is new is a creation as well, as with groups and registrations.
    const grew = before !== null && sizeOf(made.value) > sizeOf(before);
    const entity = write(made.value);
    return pass({ entity, outcome: grew ? 'created' : outcome, repeated: false });
  }

  #delete<T>(
    found: Found<Dossier>,
    { ifMatch }: WriteContext,
    write: (one: Dossier) => T,
  ): Found<T> {
    if (!found.ok) return found;
    const checked = checkVersion(found.value.facts, ifMatch);
    if (!checked.ok) return checked;
    this.dossiers.delete(found.value.record.id);
    return pass(write(found.value));
  }
}

function sizeOf({ memberships, registrations }: Dossier): number {
  return memberships.size + registrations.size;
}

function listAcls(one: Dossier) {
  return [...one.memberships.keys()].map((group) => describeAcl(one, group)!);
}

function applicationOf(one: Dossier) {
  return describeApplication(one)!;
}

function takenBy({ record, application }: Dossier, attribute: string): Found<never> {
  const holder =
    application === null
      ? ({ entity: 'consumer', id: record.id } as const)
      : ({ entity: 'application', id: application.id } as const);
  return halt({ kind: 'conflict', attribute, holder });
}
