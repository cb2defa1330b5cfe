import { halt, pass, type Step } from '../../../lib/step.ts';
import type { Dossier } from '../../../registry/dossier.ts';
import type { PageQuery } from '../../../registry/ports.ts';
import type { RegistryProblem } from '../../../registry/problem.ts';
import type { PartKind, RedisKeys } from '../keys.ts';
import type { DossierReader, StoredDossier } from './dossier-reader.ts';
import { listIds, type IdList } from './list-ids.ts';
import type { RegistryTools } from './registry-tools.ts';

/** The Consumer that this belongs to, or did a moment ago; null = nobody. */
export async function findByPart(
  kind: PartKind,
  id: string,
  reader: DossierReader,
  keys: RedisKeys,
): Promise<Step<StoredDossier | null, RegistryProblem>> {
  const consumerId = await reader.get(keys.part(kind, id.toLowerCase()));
  return consumerId === null ? pass(null) : reader.find('id', consumerId);
}

export interface PageOfParts {
  readonly found: readonly { readonly id: string; readonly dossier: Dossier }[];
  readonly next: string | null;
}

/** One page of a list of parts, each with the Consumer that it belongs to. */
export async function findPageOfParts(
  kind: PartKind,
  list: IdList,
  query: PageQuery,
  reader: DossierReader,
  { client, keys, lists }: RegistryTools,
): Promise<Step<PageOfParts, RegistryProblem>> {
  const problem = await lists.check();
  if (problem !== null) return halt(problem);
  const page = await listIds(client, list, query);
  if (!page.ok) return page;
  const { ids, next } = page.value;
  await reader.look(ids.map((id) => keys.part(kind, id)));
  const owners = ids.flatMap((id) => {
    const consumerId = reader.known.get(keys.part(kind, id)) ?? null;
    return consumerId === null ? [] : [{ id, consumerId }];
  });
  const found = await reader.findAll([...new Set(owners.map(({ consumerId }) => consumerId))]);
  if (!found.ok) return found;
  const dossiers = new Map(found.value.map(({ dossier }) => [dossier.record.id, dossier]));
  return pass({
    found: owners.flatMap(({ id, consumerId }) => {
      const dossier = dossiers.get(consumerId);
      return dossier === undefined ? [] : [{ id, dossier }];
    }),
    next,
  });
}
