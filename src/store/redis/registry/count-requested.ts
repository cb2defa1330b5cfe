import { pass, type Step } from '../../../lib/step.ts';
import type { RegistryProblem } from '../../../registry/problem.ts';
import { findPageOfParts } from './find-by-part.ts';
import { DossierReader } from './dossier-reader.ts';
import type { RegistryTools } from './registry-tools.ts';

const kind = 'application';

/**
 * How many registrations an owner's applications (its first thousand) wait for. Read by a reader of
 * its own: what is written does not depend on all of them staying as they are.
 */
export async function countRequested(
  owner: string,
  tools: RegistryTools,
): Promise<Step<number, RegistryProblem>> {
  const { client, keys } = tools;
  const reader = new DossierReader(client, keys);
  const list = { match: 'all', keys: [keys.narrowed(kind, 'owner', owner)] } as const;
  const page = await findPageOfParts(kind, list, { size: 1000 }, reader, tools);
  if (!page.ok) return page;
  const registrations = page.value.found.flatMap(({ dossier }) => [
    ...dossier.record.registrations.values(),
  ]);
  return pass(registrations.filter(({ status }) => status === 'requested').length);
}
