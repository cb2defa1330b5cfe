import { halt, pass, type Step } from '../../../lib/step.ts';
import {
  createConsumer,
  patchConsumer,
  replaceConsumer,
} from '../../../registry/change-consumer.ts';
import { checkId } from '../../../registry/check-fields.ts';
import { checkVersion } from '../../../registry/check-version.ts';
import { describeWhole } from '../../../registry/describe-whole.ts';
import { describeConsumer, type Dossier, type Stamp } from '../../../registry/dossier.ts';
import type { ConsumerEntity } from '../../../registry/entities.ts';
import type {
  ConsumerDraft,
  ConsumerKey,
  Consumers,
  Outcome,
  Page,
  TaggedQuery,
  WriteContext,
  Written,
} from '../../../registry/ports.ts';
import { invalid, notFound, type RegistryProblem } from '../../../registry/problem.ts';
import type { DossierReader, StoredDossier } from './dossier-reader.ts';
import { findVisible, findWritable, ownerOf } from './find-visible.ts';
import { listIds } from './list-ids.ts';
import { planEntity, planPresent, type Planned } from './plan-entity.ts';
import { hasTags, readWith, required, tagList, type RegistryTools } from './registry-tools.ts';
import { revokeClientToo } from './revoke-client-too.ts';

const kind = 'consumer';

/** The port on Redis. */
export class RedisConsumers implements Consumers {
  readonly #tools: RegistryTools;

  constructor(tools: RegistryTools) {
    this.#tools = tools;
  }

  get(key: ConsumerKey): Outcome<ConsumerEntity> {
    return readWith(this.#tools, async (reader) => {
      const found = required(await findVisible(reader, key, kind), notFound(kind));
      return found.ok ? pass(describeConsumer(found.value.dossier)) : found;
    });
  }

  list(query: TaggedQuery): Outcome<Page<ConsumerEntity>> {
    const { client, keys, lists } = this.#tools;
    return readWith(this.#tools, async (reader) => {
      const problem = await lists.check();
      if (problem !== null) return halt(problem);
      const page = await listIds(client, tagList(kind, query.tags, keys), query);
      if (!page.ok) return page;
      const found = await reader.findAll(page.value.ids);
      if (!found.ok) return found;
      // What was indexed a moment ago may be something else by now.
      const items = found.value
        .filter(({ dossier }) => dossier.application === null)
        .map(({ dossier }) => describeConsumer(dossier))
        .filter(({ tags }) => hasTags(tags, query.tags));
      return pass({ items, next: page.value.next });
    });
  }

  create(
    draft: ConsumerDraft & { readonly id?: string | undefined },
    context: WriteContext,
  ): Outcome<Written<ConsumerEntity>> {
    const { writer, keys } = this.#tools;
    return writer.write({
      action: 'consumer.create',
      input: draft,
      context,
      plan: async (reader, stamp) => {
        const made = createConsumer(draft, stamp);
        if (!made.ok) return made;
        const change = {
          kind,
          stored: null,
          after: made.value,
          describe: describeConsumer,
        } as const;
        return planEntity(change, reader, keys);
      },
    });
  }

  put(
    key: ConsumerKey,
    draft: ConsumerDraft,
    context: WriteContext,
  ): Outcome<Written<ConsumerEntity>> {
    return this.#tools.writer.write({
      action: 'consumer.put',
      input: [key, draft],
      lane: JSON.stringify(key),
      context,
      plan: (reader, stamp) => this.#planPut({ key, draft, context, reader, stamp }),
    });
  }

  patch(
    key: ConsumerKey,
    changes: ConsumerDraft,
    context: WriteContext,
  ): Outcome<Written<ConsumerEntity>> {
    return this.#tools.writer.write({
      action: 'consumer.update',
      input: [key, changes],
      lane: JSON.stringify(key),
      context,
      plan: (reader, stamp) =>
        this.#planPresent(key, context, reader, (before) => patchConsumer(before, changes, stamp)),
    });
  }

  delete(key: ConsumerKey, context: WriteContext): Outcome<ConsumerEntity> {
    return this.#tools.writer.remove({
      action: 'consumer.delete',
      input: key,
      lane: JSON.stringify(key),
      context,
      plan: async (reader, stamp) => {
        const planned = await this.#planPresent(key, context, reader, () => pass(null));
        return revokeClientToo(planned, this.#tools, reader, stamp);
      },
    });
  }

  async #planPut(put: {
    readonly key: ConsumerKey;
    readonly draft: ConsumerDraft;
    readonly context: WriteContext;
    readonly reader: DossierReader;
    readonly stamp: Stamp;
  }): Planned<ConsumerEntity> {
    const { key, draft, context, reader, stamp } = put;
    const found = await findForPut(reader, key);
    if (!found.ok) return found;
    const stored = found.value;
    const before = stored?.dossier ?? null;
    const fits = checkVersion(before?.facts ?? null, context.ifMatch);
    if (!fits.ok) return fits;
    const made = replaceConsumer(before, key, draft, stamp);
    if (!made.ok) return made;
    const change = { kind, stored, after: made.value, describe: describeConsumer } as const;
    return planEntity(change, reader, this.#tools.keys);
  }

  async #planPresent(
    key: ConsumerKey,
    context: WriteContext,
    reader: DossierReader,
    make: (before: Dossier) => Step<Dossier | null, RegistryProblem>,
  ): Planned<ConsumerEntity> {
    const found = await findWritable(reader, key, kind);
    if (!found.ok) return found;
    const change = {
      kind,
      stored: found.value,
      describe: describeConsumer,
      describeDeleted: describeWhole,
      make,
    } as const;
    return planPresent(change, context, reader, this.#tools.keys);
  }
}

/** Whoever a `PUT` would replace; not what an application owns. */
async function findForPut(
  reader: DossierReader,
  { by, value }: ConsumerKey,
): Promise<Step<StoredDossier | null, RegistryProblem>> {
  if (by === 'custom_id') {
    return halt(invalid({ custom_id: 'a Consumer is put by id or username' }));
  }
  const problem = by === 'id' ? checkId(value) : null;
  if (problem !== null) return halt(invalid({ id: problem }));
  const found = await reader.find(by, value);
  const owner = found.ok ? ownerOf(found.value, { by }, kind) : null;
  if (owner === null) return found;
  const holder = { entity: 'application', id: owner.id } as const;
  return halt({ kind: 'conflict', attribute: by, holder });
}
