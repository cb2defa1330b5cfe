import { AdminFailure } from '../admin-client/admin-failure.ts';
import type { Entry } from '../admin-client/admin-client.ts';
import type { Resource } from './resource.ts';
import type { Session } from './session.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether an operand is an id, and nothing has to be searched for. */
export function isId(reference: string): boolean {
  return uuid.test(reference);
}

/** What was found, and by which of its fields. */
export interface Found {
  readonly entry: Entry;
  readonly by: string;
}

/**
 * The API finds these by id alone, so all of them are looked at. The first field of `searchedBy` by
 * which there is any counts: a client id is one application's own, a name may be anybody's.
 */
export async function searchEntity(
  { client, refuseUsage }: Session,
  { name, roles, searchedBy, singular, ...resource }: Resource,
  reference: string,
): Promise<Found> {
  const found: Found[] = [];
  for await (const page of client.list({ path: [name], roles: roles.list })) {
    for (const entry of page) {
      const by = searchedBy.find((field) => entry[field] === reference);
      if (by !== undefined) found.push({ entry, by });
    }
  }
  const best = searchedBy.find((field) => found.some(({ by }) => by === field));
  const [first, ...others] = found.filter(({ by }) => by === best);
  if (first === undefined) throw notThere({ name, singular }, reference);
  if (others.length > 0) {
    const all = [first, ...others].map(({ entry }) => resource.describe(entry)).join(', ');
    refuseUsage(`several are called ${reference}: ${all}; give the id`);
  }
  return first;
}

/** What is said of one that cannot be found. */
export function notThere(
  { name, singular }: Pick<Resource, 'name' | 'singular'>,
  reference: string,
): AdminFailure {
  const hints = [`postern ${name} list shows all`];
  return new AdminFailure(`there is no ${singular} ${reference}`, hints, 404);
}
