import { pass, type Step } from '../../../lib/step.ts';
import type { Stamp } from '../../../registry/dossier.ts';
import type { RegistryProblem } from '../../../registry/problem.ts';
import type { DossierReader } from './dossier-reader.ts';
import { auditOf, planRevocation } from './plan-revocation.ts';
import type { RegistryTools } from './registry-tools.ts';
import type { Plan } from './registry-writer.ts';

/**
 * A deletion, and with `revoke_on_client_delete` in the same write the revocation of all that its client
 * was issued by then: whoever gets the same `custom_id` later does not find those tokens good again.
 * No limit stands against that.
 */
export async function revokeClientToo<T extends { readonly customId: string | null }>(
  planned: Step<Plan<T>, RegistryProblem>,
  { keys, revocations }: RegistryTools,
  reader: DossierReader,
  stamp: Stamp,
): Promise<Step<Plan<T>, RegistryProblem>> {
  const terms = revocations();
  if (!planned.ok || !terms.onClientDelete) return planned;
  const { change, entity } = planned.value;
  const { customId } = entity;
  if (change === null || customId === null) return planned;
  const target = { kind: 'client_id', subject: customId, issuer: null, endsAt: null } as const;
  const note = `with the deletion of ${change.audit.entity}`;
  const revoked = await planRevocation({ target, note, terms }, reader, keys, stamp);
  if (!revoked.ok) return revoked;
  const { change: more, before, after } = revoked.value;
  if (more === null) return planned;
  const audit = { ...change.audit, also: [auditOf(before, after)] };
  const changes = new Map([...change.changes, ...more.changes]);
  const members = [...change.members, ...more.members];
  return pass({ ...planned.value, change: { ...change, changes, members, audit } });
}
