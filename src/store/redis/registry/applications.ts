import { halt, pass, type Step } from '../../../lib/step.ts';
import { createApplication, editApplication } from '../../../registry/change-application.ts';
import { describeWholeApplication } from '../../../registry/describe-whole.ts';
import { describeApplication } from '../../../registry/dossier.ts';
import type { Dossier } from '../../../registry/dossier.ts';
import type { ApplicationEntity } from '../../../registry/entities.ts';
import type {
  ApplicationDraft,
  ApplicationQuery,
  Applications,
  NewApplication,
  Outcome,
  Page,
  WriteContext,
  Written,
} from '../../../registry/ports.ts';
import { notFound, type RegistryProblem } from '../../../registry/problem.ts';
import type { DossierReader } from './dossier-reader.ts';
import { findByPart, findPageOfParts } from './find-by-part.ts';
import type { IdList } from './list-ids.ts';
import { planEntity, planPresent, type Planned } from './plan-entity.ts';
import { hasTags, readWith, required, tagList, type RegistryTools } from './registry-tools.ts';
import { revokeClientToo } from './revoke-client-too.ts';

const kind = 'application';

/** The port on Redis: each application is a part of the Consumer that it owns. */
export class RedisApplications implements Applications {
  readonly #tools: RegistryTools;

  constructor(tools: RegistryTools) {
    this.#tools = tools;
  }

  get(id: string): Outcome<ApplicationEntity> {
    return readWith(this.#tools, async (reader) => {
      const found = await findByPart(kind, id, reader, this.#tools.keys);
      if (!found.ok) return found;
      const application = found.value && describeWithId(id)(found.value.dossier);
      return required(pass(application), notFound(kind));
    });
  }

  list(query: ApplicationQuery): Outcome<Page<ApplicationEntity>> {
    const { owner, tags } = query;
    return readWith(this.#tools, async (reader) => {
      const page = await findPageOfParts(kind, this.#listOf(query), query, reader, this.#tools);
      if (!page.ok) return page;
      const items = page.value.found
        .flatMap(({ id, dossier }) => describeWithId(id)(dossier) ?? [])
        .filter((one) => hasTags(one.tags, tags) && (owner ?? one.owner) === one.owner);
      return pass({ items, next: page.value.next });
    });
  }

  create(
    { mostOfOwner, ...draft }: NewApplication,
    context: WriteContext,
  ): Outcome<Written<ApplicationEntity>> {
    return this.#tools.writer.write({
      action: 'application.create',
      input: draft,
      context,
      plan: async (reader, stamp) => {
        const made = createApplication(draft, stamp);
        if (!made.ok) return made;
        const owned = await this.#checkOwner(draft, reader);
        if (!owned.ok) return owned;
        const free = await this.#checkNumber(draft.owner, mostOfOwner);
        if (!free.ok) return free;
        const after = made.value;
        const change = { kind, stored: null, after, describe: describeApplication } as const;
        return blameName(await planEntity(change, reader, this.#tools.keys));
      },
    });
  }

  patch(
    id: string,
    changes: ApplicationDraft,
    context: WriteContext,
  ): Outcome<Written<ApplicationEntity>> {
    return this.#tools.writer.write({
      action: 'application.update',
      input: [id, changes],
      lane: id,
      context,
      plan: async (reader, stamp) =>
        blameName(
          await this.#planPresent(id, context, reader, (before) => {
            const { application } = before;
            if (application === null) return halt(notFound(kind));
            return editApplication(before, application, changes, stamp);
          }),
        ),
    });
  }

  delete(id: string, context: WriteContext): Outcome<ApplicationEntity> {
    return this.#tools.writer.remove({
      action: 'application.delete',
      input: id,
      lane: id,
      context,
      plan: async (reader, stamp) => {
        const planned = await this.#planPresent(id, context, reader, () => pass(null));
        return revokeClientToo(planned, this.#tools, reader, stamp);
      },
    });
  }

  async #planPresent(
    id: string,
    context: WriteContext,
    reader: DossierReader,
    make: (before: Dossier) => Step<Dossier | null, RegistryProblem>,
  ): Planned<ApplicationEntity> {
    const found = await findByPart(kind, id, reader, this.#tools.keys);
    if (!found.ok) return found;
    const describe = describeWithId(id);
    const change = {
      kind,
      stored: found.value,
      describe,
      describeDeleted: describeWholeApplication,
      make,
    } as const;
    return planPresent(change, context, reader, this.#tools.keys);
  }

  /** What is read here must not change until it is written: nobody deletes the developer meanwhile. */
  async #checkOwner(
    { owner, ofDeveloper = false }: NewApplication,
    reader: DossierReader,
  ): Promise<Step<null, RegistryProblem>> {
    if (!ofDeveloper) return pass(null);
    const developer = await reader.get(this.#tools.keys.developer('id', owner ?? ''));
    return developer === null ? halt(notFound('developer')) : pass(null);
  }

  async #checkNumber(
    owner: string | null | undefined,
    most: number | undefined,
  ): Promise<Step<null, RegistryProblem>> {
    if (most === undefined) return pass(null);
    const { client, keys } = this.#tools;
    const present = await client.zcard(keys.narrowed(kind, 'owner', owner ?? ''));
    return present < most
      ? pass(null)
      : halt({ kind: 'limit_reached', limit: most, of: 'applications' });
  }

  /** With an owner, the tags are looked at afterwards. */
  #listOf({ owner, tags }: ApplicationQuery): IdList {
    const { keys } = this.#tools;
    if (owner === undefined) return tagList(kind, tags, keys);
    const own = keys.narrowed(kind, 'owner', owner);
    if (tags?.match !== 'all') return { match: 'all', keys: [own] };
    return {
      match: 'all',
      keys: [own, ...tags.tags.map((tag) => keys.narrowed(kind, 'tag', tag))],
    };
  }
}

/** The pointer may be a moment older than the Consumer. */
function describeWithId(id: string): (dossier: Dossier) => ApplicationEntity | null {
  return (dossier) =>
    dossier.application?.id === id.toLowerCase() ? describeApplication(dossier) : null;
}

/** Its Consumer's username is made of the name. */
function blameName<T>(planned: Step<T, RegistryProblem>): Step<T, RegistryProblem> {
  if (planned.ok || planned.stop.kind !== 'conflict') return planned;
  const { attribute } = planned.stop;
  return halt({ ...planned.stop, attribute: attribute === 'username' ? 'name' : attribute });
}
