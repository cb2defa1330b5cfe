import { halt, pass, type Step } from '../../../lib/step.ts';
import type { ConsumerKey } from '../../../registry/ports.ts';
import type { RegistryProblem } from '../../../registry/problem.ts';
import type { DossierReader, StoredDossier } from './dossier-reader.ts';

type Found = Promise<Step<StoredDossier | null, RegistryProblem>>;

/** What of a Consumer is asked for. */
export type Wanted = 'consumer' | 'groups';

/**
 * The Consumer, for who reads. What an application owns goes by the application, and has no name here
 * that a file of Consumers could know: of its Consumer only the groups are there, and only by its id.
 */
export async function findVisible(reader: DossierReader, key: ConsumerKey, wanted: Wanted): Found {
  const found = await reader.find(key.by, key.value);
  return found.ok && ownerOf(found.value, key, wanted) !== null ? pass(null) : found;
}

/**
 * As {@link findVisible}, for who writes: told whose it is, since to who deletes, `not_found` would say
 * that nobody has access by that name any more.
 */
export async function findWritable(reader: DossierReader, key: ConsumerKey, wanted: Wanted): Found {
  const found = await reader.find(key.by, key.value);
  const owner = found.ok ? ownerOf(found.value, key, wanted) : null;
  return owner === null ? found : halt({ kind: 'owned', application: owner.id });
}

/** The application that keeps this from being looked at here; null = nothing does. */
export function ownerOf(
  stored: StoredDossier | null,
  { by }: Pick<ConsumerKey, 'by'>,
  wanted: Wanted,
): { readonly id: string } | null {
  if (wanted === 'groups' && by === 'id') return null;
  return stored?.dossier.application ?? null;
}
