import { AdminFailure } from '../admin-client/admin-failure.ts';
import type { Entry } from '../admin-client/admin-client.ts';
import { resources } from './resources.ts';
import { isId, notThere, searchEntity } from './search-entity.ts';
import type { Session } from './session.ts';

/** An application by its id, client id or name. */
export async function findApplication(session: Session, reference: string): Promise<Entry> {
  const { applications } = resources;
  if (!isId(reference)) return searchEntity(session, applications, reference);
  try {
    const call = { path: [applications.name, reference], roles: applications.roles.get };
    return (await session.client.send({ method: 'GET', ...call })).body;
  } catch (error) {
    if (!(error instanceof AdminFailure) || error.status !== 404) throw error;
    throw notThere(applications, reference);
  }
}

/** Id of an application by its id, client id or name. */
export async function findApplicationId(session: Session, reference: string): Promise<string> {
  return isId(reference) ? reference : String((await findApplication(session, reference))['id']);
}
