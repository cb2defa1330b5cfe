import { describeNamed, findApplication } from './find-application.ts';
import type { Resource } from './resource.ts';
import { isId } from './search-entity.ts';
import type { Session } from './session.ts';
import { valueAt } from './show-value.ts';

/** Where entities are, and the application whose they are, where only its name said so. */
export interface FoundPath {
  readonly path: readonly string[];
  readonly named: string | null;
}

/**
 * Where the entities of a resource are: `/acls`, or `/consumers/billing-app/acls`. The Consumer of an
 * application goes by its id alone, which is looked up. A name means something below a Consumer only.
 */
export async function findPath(
  session: Session,
  resource: Resource,
  reference?: string,
): Promise<FoundPath> {
  if (!resource.isBelowConsumer) return { path: [resource.name], named: null };
  const { application, consumer } = session.options;
  if (typeof application === 'string') {
    if (consumer !== undefined) session.refuseUsage('give --consumer or --application, not both');
    const found = await findApplication(session, application);
    const id = String(valueAt(found.entry, 'consumer.id'));
    return { path: ['consumers', id, resource.name], named: describeNamed(found) };
  }
  if (typeof consumer === 'string')
    return { path: ['consumers', consumer, resource.name], named: null };
  if (reference !== undefined && !isId(reference)) {
    session.refuseUsage(`${reference} of whom? Give --consumer or --application, or an id`);
  }
  return { path: [resource.name], named: null };
}
