import { halt, pass, type Step } from '../../lib/step.ts';
import type { ApplicationEntity } from '../../registry/entities.ts';
import type { Applications } from '../../registry/ports.ts';
import { notFound as nobody, type RegistryProblem } from '../../registry/problem.ts';
import type { Actor } from '../access/roles.ts';

/** What a `requester` is kept to, as the owner of applications; undefined for who sees all. */
export function ownerSeenBy({ name, role }: Actor): string | undefined {
  return role === 'requester' ? name : undefined;
}

/** An application that the actor may see: to a `requester` those of others do not exist. */
export async function getVisible(
  applications: Applications,
  id: string,
  actor: Actor,
): Promise<Step<ApplicationEntity, RegistryProblem>> {
  const found = await applications.get(id);
  if (!found.ok) return found;
  const owner = ownerSeenBy(actor);
  const isVisible = owner === undefined || found.value.owner === owner;
  return isVisible ? pass(found.value) : halt(nobody('application'));
}
