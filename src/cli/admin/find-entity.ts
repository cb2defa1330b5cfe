import { AdminFailure } from '../admin-client/admin-failure.ts';
import type { AdminAnswer, Entry } from '../admin-client/admin-client.ts';
import { consumerOf, pathOf, type Resource } from './resource.ts';
import { resources } from './resources.ts';
import type { Session } from './session.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The entity that an operand means, by id or by name. */
export async function findEntity(
  session: Session,
  resource: Resource,
  reference: string,
): Promise<AdminAnswer> {
  const roles = resource.roles.get;
  const path = pathOf(resource, consumerOf(session));
  const isKnownToPath = resource.searchedBy.length === 0 || uuid.test(reference);
  const last = isKnownToPath ? reference : await searchId(session, resource, reference);
  try {
    return await session.client.send({ method: 'GET', path: [...path, last], roles });
  } catch (error) {
    if (!(error instanceof AdminFailure) || error.status !== 404) throw error;
    throw notThere(resource, reference);
  }
}

/** Id of an application by its id, name or client id. */
export async function findApplicationId(session: Session, reference: string): Promise<string> {
  return uuid.test(reference) ? reference : searchId(session, resources.applications, reference);
}

/** The API finds these by id alone, so all of them are looked at. */
async function searchId(
  { client, refuseUsage }: Session,
  { name, roles, searchedBy, singular, ...resource }: Resource,
  reference: string,
): Promise<string> {
  const found: Entry[] = [];
  for await (const page of client.list({ path: [name], roles: roles.list })) {
    found.push(...page.filter((entry) => searchedBy.some((field) => entry[field] === reference)));
  }
  const [first, ...others] = found;
  if (first === undefined) throw notThere({ name, singular }, reference);
  if (others.length > 0) {
    const all = found.map((entry) => resource.describe(entry)).join(', ');
    refuseUsage(`several are called ${reference}: ${all}; give the id`);
  }
  return String(first['id']);
}

function notThere({ name, singular }: Pick<Resource, 'name' | 'singular'>, reference: string) {
  return new AdminFailure(`there is no ${singular} ${reference}`, [
    `postern ${name} list shows all`,
  ]);
}
