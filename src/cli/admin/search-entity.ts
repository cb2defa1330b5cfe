import { AdminFailure } from '../admin-client/admin-failure.ts';
import type { Entry } from '../admin-client/admin-client.ts';
import type { Resource } from './resource.ts';
import type { Session } from './session.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether an operand is an id, and nothing has to be searched for. */
export function isId(reference: string): boolean {
  return uuid.test(reference);
}

/** The API finds these by id alone, so all of them are looked at. */
export async function searchEntity(
  { client, refuseUsage }: Session,
  { name, roles, searchedBy, singular, ...resource }: Resource,
  reference: string,
): Promise<Entry> {
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
  return first;
}

/** What is said of one that cannot be found. */
export function notThere(
  { name, singular }: Pick<Resource, 'name' | 'singular'>,
  reference: string,
): AdminFailure {
  return new AdminFailure(`there is no ${singular} ${reference}`, [
    `postern ${name} list shows all`,
  ]);
}
