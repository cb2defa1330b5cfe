import { pass, type Step } from '../../../lib/step.ts';
import type { Stamp } from '../../../registry/dossier.ts';
import type { RegistryProblem } from '../../../registry/problem.ts';
import { addRevocations } from './add-revocations.ts';
import { clientTargets } from './client-targets.ts';
import type { DossierReader } from './dossier-reader.ts';
import type { RegistryTools } from './registry-tools.ts';
import type { Plan } from './registry-writer.ts';

/** Id of the Consumer that goes with an entity, which may be that itself. */
interface Gone {
  readonly id: string;
  readonly consumerId?: string;
}

/**
 * A deletion, and with `revoke_on_client_delete` in the same write the revocation of all that its client
 * was issued by then: whoever gets the same names later does not find those tokens good again.
 */
export async function revokeClientToo<T extends Gone>(
  planned: Step<Plan<T>, RegistryProblem>,
  { keys, revocations }: RegistryTools,
  reader: DossierReader,
  stamp: Stamp,
): Promise<Step<Plan<T>, RegistryProblem>> {
  const terms = revocations();
  if (!planned.ok || !terms.onClientDelete) return planned;
  const { change, entity } = planned.value;
  const found = await reader.find('id', entity.consumerId ?? entity.id);
  if (!found.ok) return found;
  if (change === null || found.value === null) return planned;
  const targets = clientTargets(found.value.dossier.record, terms.providers ?? []);
  const note = `with the deletion of ${change.audit.entity}`;
  const added = await addRevocations(change, { targets, note, terms }, reader, keys, stamp);
  return added.ok ? pass({ ...planned.value, change: added.value }) : added;
}
