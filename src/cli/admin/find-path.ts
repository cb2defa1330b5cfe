import { findApplication } from './find-application.ts';
import type { Resource } from './resource.ts';
import { isId } from './search-entity.ts';
import type { Session } from './session.ts';
import { valueAt } from './show-value.ts';

/**
 * Where the entities of a resource are: `/acls`, or `/consumers/billing-app/acls`. The Consumer of an
 * application goes by its id alone, which is looked up. A name means something below a Consumer only.
 */
export async function findPath(
  session: Session,
  resource: Resource,
  reference?: string,
): Promise<readonly string[]> {
  if (!resource.isBelowConsumer) return [resource.name];
  const { application, consumer } = session.options;
  if (typeof application === 'string') {
    if (consumer !== undefined) session.refuseUsage('give --consumer or --application, not both');
    const found = await findApplication(session, application);
    return ['consumers', String(valueAt(found, 'consumer.id')), resource.name];
  }
  if (typeof consumer === 'string') return ['consumers', consumer, resource.name];
  if (reference !== undefined && !isId(reference)) {
    session.refuseUsage(`${reference} of whom? Give --consumer or --application, or an id`);
  }
  return [resource.name];
}
