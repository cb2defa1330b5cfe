import { halt, pass, type Step } from '../../../lib/step.ts';
import {
  addAcl,
  editAcl,
  findGroup,
  removeAcl,
  replaceAcl,
  type ChangedAcl,
} from '../../../registry/change-acl.ts';
import { checkId } from '../../../registry/check-fields.ts';
import { checkVersion } from '../../../registry/check-version.ts';
import { describeAcl, type Dossier } from '../../../registry/dossier.ts';
import type { AclEntity } from '../../../registry/entities.ts';
import type {
  AclDraft,
  AclKey,
  Acls,
  ConsumerKey,
  Outcome,
  Page,
  TaggedQuery,
  WriteContext,
  Written,
} from '../../../registry/ports.ts';
import { invalid, notFound, type RegistryProblem } from '../../../registry/problem.ts';
import type { DossierReader, StoredDossier } from './dossier-reader.ts';
import { findByPart, findPageOfParts } from './find-by-part.ts';
import { findVisible, findWritable } from './find-visible.ts';
import { pageOf } from './page-of.ts';
import { planEntity, planPresent, type Planned } from './plan-entity.ts';
import { hasTags, readWith, required, tagList, type RegistryTools } from './registry-tools.ts';

const kind = 'acl';

/** Where a membership is or is to be, and what the caller asks for. */
interface AclWrite {
  readonly consumer: ConsumerKey;
  /** Null = wherever it comes to be. */
  readonly key: AclKey | null;
  readonly context: WriteContext;
}

/** The port on Redis. */
export class RedisAcls implements Acls {
  readonly #tools: RegistryTools;

  constructor(tools: RegistryTools) {
    this.#tools = tools;
  }

  list(query: TaggedQuery): Outcome<Page<AclEntity>> {
    return readWith(this.#tools, async (reader) => {
      const list = tagList(kind, query.tags, this.#tools.keys);
      const page = await findPageOfParts(kind, list, query, reader, this.#tools);
      if (!page.ok) return page;
      // What was indexed a moment ago may be something else by now.
      const items = page.value.found
        .filter(({ dossier }) => dossier.application === null)
        .flatMap(({ id, dossier }) => describeByKey(dossier, { by: 'id', value: id }) ?? [])
        .filter(({ tags }) => hasTags(tags, query.tags));
      return pass({ items, next: page.value.next });
    });
  }

  get(id: string): Outcome<AclEntity> {
    return readWith(this.#tools, async (reader) => {
      const found = await findByPart(kind, id, reader, this.#tools.keys);
      if (!found.ok) return found;
      const acl = found.value && describeByKey(found.value.dossier, { by: 'id', value: id });
      return required(pass(acl), notFound(kind));
    });
  }

  listOf(consumer: ConsumerKey, query: TaggedQuery): Outcome<Page<AclEntity>> {
    return readWith(this.#tools, async (reader) => {
      const found = await findConsumer(reader, consumer);
      if (!found.ok) return found;
      const { dossier } = found.value;
      const acls = [...dossier.memberships.keys()]
        .flatMap((group) => describeAcl(dossier, group) ?? [])
        .filter(({ tags }) => hasTags(tags, query.tags));
      return pageOf(acls, `acls of ${dossier.record.id}`, query);
    });
  }

  getOf(consumer: ConsumerKey, key: AclKey): Outcome<AclEntity> {
    return readWith(this.#tools, async (reader) => {
      const found = await findConsumer(reader, consumer);
      if (!found.ok) return found;
      return required(pass(describeByKey(found.value.dossier, key)), notFound(kind));
    });
  }

  create(
    consumer: ConsumerKey,
    draft: AclDraft & { readonly id?: string | undefined },
    context: WriteContext,
  ): Outcome<Written<AclEntity>> {
    return this.#tools.writer.write({
      action: 'acl.create',
      input: [consumer, draft],
      lane: JSON.stringify(consumer),
      context,
      plan: (reader, stamp) =>
        this.#plan({ consumer, key: null, context }, reader, (before) =>
          addAcl(before, draft, stamp),
        ),
    });
  }

  put(
    consumer: ConsumerKey,
    key: AclKey,
    draft: AclDraft,
    context: WriteContext,
  ): Outcome<Written<AclEntity>> {
    return this.#tools.writer.write({
      action: 'acl.put',
      input: [consumer, key, draft],
      lane: JSON.stringify(consumer),
      context,
      plan: async (reader, stamp) => {
        const problem = key.by === 'id' ? checkId(key.value) : null;
        if (problem !== null) return halt(invalid({ id: problem }));
        return this.#plan({ consumer, key, context }, reader, (before) =>
          replaceAcl(before, key, draft, stamp),
        );
      },
    });
  }

  patch(
    consumer: ConsumerKey,
    key: AclKey,
    changes: AclDraft,
    context: WriteContext,
  ): Outcome<Written<AclEntity>> {
    return this.#tools.writer.write({
      action: 'acl.update',
      input: [consumer, key, changes],
      lane: JSON.stringify(consumer),
      context,
      plan: (reader, stamp) =>
        this.#plan({ consumer, key, context }, reader, (before) => {
          const group = findGroup(before, key);
          if (group === null) return halt(notFound(kind));
          return editAcl(before, group, changes, stamp);
        }),
    });
  }

  delete(consumer: ConsumerKey, key: AclKey, context: WriteContext): Outcome<AclEntity> {
    return this.#tools.writer.remove({
      action: 'acl.delete',
      input: [consumer, key],
      lane: JSON.stringify(consumer),
      context,
      plan: async (reader) => {
        const found = await findOwner(reader, consumer);
        if (!found.ok) return found;
        const group = findGroup(found.value.dossier, key);
        if (group === null) return halt(notFound(kind));
        const change = {
          kind,
          stored: found.value,
          describe: (dossier: Dossier) => describeAcl(dossier, group),
          make: (before: Dossier) => pass(removeAcl(before, group)),
        } as const;
        return planPresent(change, context, reader, this.#tools.keys);
      },
    });
  }

  async #plan(
    { consumer, key, context }: AclWrite,
    reader: DossierReader,
    change: (before: Dossier) => Step<ChangedAcl, RegistryProblem>,
  ): Planned<AclEntity> {
    const found = await findOwner(reader, consumer);
    if (!found.ok) return found;
    const stored = found.value;
    const before = key === null ? null : describeByKey(stored.dossier, key);
    const fits = checkVersion(before, context.ifMatch);
    if (!fits.ok) return fits;
    const changed = change(stored.dossier);
    if (!changed.ok) return changed;
    const { dossier: after, group } = changed.value;
    // It may have had another group before: by its id it is the same.
    const id = after.memberships.get(group)?.id ?? '';
    const describe = (dossier: Dossier) => describeByKey(dossier, { by: 'id', value: id });
    return planEntity({ kind, stored, after, describe }, reader, this.#tools.keys);
  }
}

/** For who reads. */
async function findConsumer(
  reader: DossierReader,
  consumer: ConsumerKey,
): Promise<Step<StoredDossier, RegistryProblem>> {
  return required(await findVisible(reader, consumer, 'groups'), notFound('consumer'));
}

/** For who writes. */
async function findOwner(
  reader: DossierReader,
  consumer: ConsumerKey,
): Promise<Step<StoredDossier, RegistryProblem>> {
  return required(await findWritable(reader, consumer, 'groups'), notFound('consumer'));
}

function describeByKey(dossier: Dossier, key: AclKey): AclEntity | null {
  const group = findGroup(dossier, key);
  return group === null ? null : describeAcl(dossier, group);
}
