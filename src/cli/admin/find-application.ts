import { AdminFailure } from '../admin-client/admin-failure.ts';
import { resources } from './resources.ts';
import { isId, notThere, searchEntity, type Found } from './search-entity.ts';
import type { Session } from './session.ts';

/** An application by its id, its client id or, where nobody has that, its name. */
export async function findApplication(session: Session, reference: string): Promise<Found> {
  const { applications } = resources;
  if (!isId(reference)) return searchEntity(session, applications, reference);
  try {
    const call = { path: [applications.name, reference], roles: applications.roles.get };
    const { body } = await session.client.send({ method: 'GET', ...call });
    return { entry: body, by: 'id' };
  } catch (error) {
    if (!(error instanceof AdminFailure) || error.status !== 404) throw error;
    throw notThere(applications, reference);
  }
}

/** Its id, by its id, its client id or, where nobody has that, its name. */
export async function findApplicationId(session: Session, reference: string): Promise<string> {
  if (isId(reference)) return reference;
  return String((await findApplication(session, reference)).entry['id']);
}

/**
 * For a question where access is given; null = there is none to ask. Whoever registers an application
 * chooses its name, so a name alone does not say whose it is.
 */
export function describeNamed({ entry, by }: Found): string | null {
  return by === 'name' ? resources.applications.describe(entry) : null;
}
