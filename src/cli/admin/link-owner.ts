import { AdminFailure } from '../admin-client/admin-failure.ts';
import type { Entry } from '../admin-client/admin-client.ts';
import { resources } from './resources.ts';
import type { Session } from './session.ts';

/** Of nobody who is known, or for a role that may not look: then it is a name like any other. */
const unlinked: readonly (number | null)[] = [403, 404];

/** The id of the developer whose email an owner is; any other owner stays as it is. */
export async function findOwner({ client }: Session, owner: string): Promise<string> {
  if (!owner.includes('@')) return owner;
  const { name, roles } = resources.developers;
  try {
    const call = { path: [name, owner], roles: roles.get };
    return String((await client.send({ method: 'GET', ...call })).body['id']);
  } catch (error) {
    if (error instanceof AdminFailure && unlinked.includes(error.status)) return owner;
    throw error;
  }
}

/** The same fields, with the owner linked to its developer. */
export async function linkOwner(session: Session, fields: Entry): Promise<Entry> {
  const { owner } = fields;
  return typeof owner === 'string' ? { ...fields, owner: await findOwner(session, owner) } : fields;
}
