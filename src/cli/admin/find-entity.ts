import { AdminFailure } from '../admin-client/admin-failure.ts';
import type { AdminAnswer } from '../admin-client/admin-client.ts';
import { findPath } from './find-path.ts';
import type { Resource } from './resource.ts';
import { isId, notThere, searchEntity } from './search-entity.ts';
import type { Session } from './session.ts';

/** One entity, and where it is. */
export interface FoundEntity extends AdminAnswer {
  readonly path: readonly string[];
}

/** The entity that an operand means, by id or by name. */
export async function findEntity(
  session: Session,
  resource: Resource,
  reference: string,
): Promise<FoundEntity> {
  const { path: above } = await findPath(session, resource, reference);
  const isKnownToPath = resource.searchedBy.length === 0 || isId(reference);
  const last = isKnownToPath
    ? reference
    : String((await searchEntity(session, resource, reference)).entry['id']);
  try {
    const call = { path: [...above, last], roles: resource.roles.get };
    const answer = await session.client.send({ method: 'GET', ...call });
    return { ...answer, path: [...above, String(answer.body['id'])] };
  } catch (error) {
    if (!(error instanceof AdminFailure) || error.status !== 404) throw error;
    throw notThere(resource, reference);
  }
}
