import { halt, pass, type Step } from '../../../lib/step.ts';
import { createDeveloper, editDeveloper } from '../../../registry/change-developer.ts';
import { checkVersion } from '../../../registry/check-version.ts';
import type { DeveloperEntity } from '../../../registry/entities.ts';
import type {
  DeveloperDraft,
  DeveloperKey,
  Developers,
  Outcome,
  Page,
  PageQuery,
  WriteContext,
  Written,
} from '../../../registry/ports.ts';
import { notFound, type RegistryProblem } from '../../../registry/problem.ts';
import { decodeDeveloper } from './developer-codec.ts';
import type { DossierReader } from './dossier-reader.ts';
import { listIds } from './list-ids.ts';
import type { Planned } from './plan-entity.ts';
import { planDeveloper } from './plan-developer.ts';
import { readWith, required, type RegistryTools } from './registry-tools.ts';

const kind = 'developer';

/** The port on Redis; a document each, and a pointer from the e-mail address. */
export class RedisDevelopers implements Developers {
  readonly #tools: RegistryTools;

  constructor(tools: RegistryTools) {
    this.#tools = tools;
  }

  get(key: DeveloperKey): Outcome<DeveloperEntity> {
    return readWith(this.#tools, async (reader) =>
      required(await this.#find(key, reader), notFound(kind)),
    );
  }

  list(query: PageQuery): Outcome<Page<DeveloperEntity>> {
    const { client, keys } = this.#tools;
    return readWith(this.#tools, async (reader) => {
      const page = await listIds(client, { match: 'all', keys: [keys.list(kind)] }, query);
      if (!page.ok) return page;
      const { ids, next } = page.value;
      await reader.look(ids.map((id) => keys.developer('id', id)));
      const items: DeveloperEntity[] = [];
      for (const value of ids) {
        const found = await this.#find({ by: 'id', value }, reader);
        if (!found.ok) return found;
        if (found.value !== null) items.push(found.value);
      }
      return pass({ items, next });
    });
  }

  create(
    draft: DeveloperDraft & { readonly id?: string | undefined },
    context: WriteContext,
  ): Outcome<Written<DeveloperEntity>> {
    return this.#tools.writer.write({
      action: 'developer.create',
      input: draft,
      context,
      plan: async (reader, stamp) => {
        const made = createDeveloper(draft, stamp);
        if (!made.ok) return made;
        return planDeveloper(null, made.value, reader, this.#tools.keys);
      },
    });
  }

  patch(
    key: DeveloperKey,
    changes: DeveloperDraft,
    context: WriteContext,
  ): Outcome<Written<DeveloperEntity>> {
    return this.#tools.writer.write({
      action: 'developer.update',
      input: [key, changes],
      lane: JSON.stringify(key),
      context,
      plan: (reader, stamp) =>
        this.#planPresent(key, context, reader, (before) => editDeveloper(before, changes, stamp)),
    });
  }

  delete(key: DeveloperKey, context: WriteContext): Outcome<DeveloperEntity> {
    return this.#tools.writer.remove({
      action: 'developer.delete',
      input: key,
      lane: JSON.stringify(key),
      context,
      plan: (reader) => this.#planPresent(key, context, reader, () => pass(null)),
    });
  }

  async #planPresent(
    key: DeveloperKey,
    { ifMatch }: WriteContext,
    reader: DossierReader,
    make: (before: DeveloperEntity) => Step<DeveloperEntity | null, RegistryProblem>,
  ): Planned<DeveloperEntity> {
    const found = required(await this.#find(key, reader), notFound(kind));
    if (!found.ok) return found;
    const fits = checkVersion(found.value, ifMatch);
    if (!fits.ok) return fits;
    const made = make(found.value);
    return made.ok ? planDeveloper(found.value, made.value, reader, this.#tools.keys) : made;
  }

  async #find(
    { by, value }: DeveloperKey,
    reader: DossierReader,
  ): Promise<Step<DeveloperEntity | null, RegistryProblem>> {
    const { keys } = this.#tools;
    const asked = value.toLowerCase();
    const id = by === 'id' ? asked : await reader.get(keys.developer('email', asked));
    const text = id === null ? null : await reader.get(keys.developer('id', id));
    if (text === null) return pass(null);
    const developer = decodeDeveloper(text);
    if (developer !== null) return pass(developer);
    return halt({ kind: 'unavailable', detail: 'the document of a developer cannot be read' });
  }
}
