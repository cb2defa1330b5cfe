import { halt, pass, type Step } from '../../../lib/step.ts';
import { changeRegistration, requestRegistration } from '../../../registry/change-registration.ts';
import { describeRegistration, withRegistration, type Dossier } from '../../../registry/dossier.ts';
import type { RegistrationEntity } from '../../../registry/entities.ts';
import type {
  Outcome,
  Page,
  RegistrationChange,
  RegistrationQuery,
  RegistrationRequest,
  Registrations,
  RegistrationSubject,
  WriteContext,
  Written,
} from '../../../registry/ports.ts';
import { notFound, type RegistryProblem } from '../../../registry/problem.ts';
import type { RedisKeys } from '../keys.ts';
import { countRequested } from './count-requested.ts';
import type { DossierReader, StoredDossier } from './dossier-reader.ts';
import { findByPart, findPageOfParts } from './find-by-part.ts';
import type { IdList } from './list-ids.ts';
import { pageOf } from './page-of.ts';
import { planEntity, planPresent, type Planned } from './plan-entity.ts';
import { readWith, required, type RegistryTools } from './registry-tools.ts';

const kind = 'registration';

/** The port on Redis: each registration is a part of its Consumer. */
export class RedisRegistrations implements Registrations {
  readonly #tools: RegistryTools;

  constructor(tools: RegistryTools) {
    this.#tools = tools;
  }

  get(id: string): Outcome<RegistrationEntity> {
    return readWith(this.#tools, async (reader) => {
      const found = await findByPart(kind, id, reader, this.#tools.keys);
      if (!found.ok) return found;
      const registration = found.value && describeById(found.value.dossier, id);
      return required(pass(registration), notFound(kind));
    });
  }

  list(query: RegistrationQuery): Outcome<Page<RegistrationEntity>> {
    const { subject } = query;
    return readWith(this.#tools, async (reader) => {
      if (subject !== undefined) return this.#listOf(subject, query, reader);
      const list = narrow(query, this.#tools.keys);
      const page = await findPageOfParts(kind, list, query, reader, this.#tools);
      if (!page.ok) return page;
      // What was indexed a moment ago may be something else by now.
      const items = page.value.found
        .flatMap(({ id, dossier }) => describeById(dossier, id) ?? [])
        .filter((one) => fits(one, query));
      return pass({ items, next: page.value.next });
    });
  }

  request(
    { most, ...request }: RegistrationRequest,
    context: WriteContext,
  ): Outcome<Written<RegistrationEntity>> {
    return this.#tools.writer.write({
      action: 'registration.request',
      input: request,
      context,
      plan: async (reader, stamp) => {
        const found = await this.#findSubject(request.subject, reader);
        if (!found.ok) return found;
        const made = requestRegistration(found.value.dossier, request, stamp);
        if (!made.ok) return made;
        const free = await this.#checkNumber(most);
        if (!free.ok) return free;
        const describe = (dossier: Dossier) => describeRegistration(dossier, request.service);
        const change = { kind, stored: found.value, after: made.value, describe } as const;
        return planEntity(change, reader, this.#tools.keys);
      },
    });
  }

  change(
    id: string,
    change: RegistrationChange,
    context: WriteContext,
  ): Outcome<Written<RegistrationEntity>> {
    return this.#tools.writer.write({
      action: 'registration.change',
      input: [id, change],
      lane: id,
      context,
      plan: (reader, stamp) =>
        this.#planPresent(id, context, reader, (before, service) =>
          changeRegistration(before, service, change, stamp),
        ),
    });
  }

  delete(id: string, context: WriteContext): Outcome<RegistrationEntity> {
    return this.#tools.writer.remove({
      action: 'registration.delete',
      input: id,
      lane: id,
      context,
      plan: (reader) =>
        this.#planPresent(id, context, reader, (before, service) =>
          pass(withRegistration(before, service, null)),
        ),
    });
  }

  async #checkNumber(most: RegistrationRequest['most']): Promise<Step<null, RegistryProblem>> {
    if (most === undefined) return pass(null);
    const { owner, requested: limit } = most;
    const waiting = await countRequested(owner, this.#tools);
    if (!waiting.ok) return waiting;
    return waiting.value < limit
      ? pass(null)
      : halt({ kind: 'limit_reached', limit, of: 'requested registrations' });
  }

  async #planPresent(
    id: string,
    context: WriteContext,
    reader: DossierReader,
    make: (before: Dossier, service: string) => Step<Dossier, RegistryProblem>,
  ): Planned<RegistrationEntity> {
    const found = await findByPart(kind, id, reader, this.#tools.keys);
    if (!found.ok) return found;
    const change = {
      kind,
      stored: found.value,
      describe: (dossier: Dossier) => describeById(dossier, id),
      make: (before: Dossier) => make(before, findService(before, id) ?? ''),
    } as const;
    return planPresent(change, context, reader, this.#tools.keys);
  }

  async #listOf(
    subject: RegistrationSubject,
    query: RegistrationQuery,
    reader: DossierReader,
  ): Promise<Step<Page<RegistrationEntity>, RegistryProblem>> {
    const found = await this.#findSubject(subject, reader);
    if (!found.ok) return found;
    const { dossier } = found.value;
    const items = [...dossier.registrations.keys()]
      .flatMap((service) => describeRegistration(dossier, service) ?? [])
      .filter((one) => fits(one, query));
    return pageOf(items, `registrations of ${dossier.record.id}`, query);
  }

  async #findSubject(
    subject: RegistrationSubject,
    reader: DossierReader,
  ): Promise<Step<StoredDossier, RegistryProblem>> {
    if (subject.kind === 'consumer') {
      const { by, value } = subject.key;
      return required(await reader.find(by, value), notFound('consumer'));
    }
    const found = await findByPart('application', subject.id, reader, this.#tools.keys);
    const gone = found.ok && found.value?.dossier.application?.id !== subject.id.toLowerCase();
    return gone ? halt(notFound('application')) : required(found, notFound('application'));
  }
}

function narrow({ service, status }: RegistrationQuery, keys: RedisKeys): IdList {
  const sets = [
    ...(service === undefined ? [] : [keys.narrowed(kind, 'service', service)]),
    ...(status === undefined ? [] : [keys.narrowed(kind, 'status', status)]),
  ];
  return { match: 'all', keys: sets.length === 0 ? [keys.list(kind)] : sets };
}

function fits(one: RegistrationEntity, { service, status }: RegistrationQuery): boolean {
  return (service ?? one.service) === one.service && (status ?? one.status) === one.status;
}

function findService({ registrations }: Dossier, id: string): string | null {
  const asked = id.toLowerCase();
  return [...registrations].find(([, facts]) => facts.id === asked)?.[0] ?? null;
}

function describeById(dossier: Dossier, id: string): RegistrationEntity | null {
  const service = findService(dossier, id);
  return service === null ? null : describeRegistration(dossier, service);
}
