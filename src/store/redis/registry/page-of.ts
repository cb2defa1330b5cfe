import { halt, pass, type Step } from '../../../lib/step.ts';
import type { Page, PageQuery } from '../../../registry/ports.ts';
import { invalid, type RegistryProblem } from '../../../registry/problem.ts';
import { checkSize } from './list-ids.ts';
import { readPageToken, writePageToken } from './page-token.ts';

/** One page of what is at hand, in the order of the ids, as the long lists have it. */
export function pageOf<T extends { readonly id: string }>(
  items: readonly T[],
  name: string,
  { size, offset }: PageQuery,
): Step<Page<T>, RegistryProblem> {
  const problem = checkSize(size);
  if (problem !== null) return halt(problem);
  const after = offset === undefined ? '' : readPageToken(name, offset);
  if (after === null) return halt(invalid({ offset: 'invalid offset' }));
  const rest = items
    .filter(({ id }) => id > after)
    .sort((one, other) => (one.id < other.id ? -1 : Number(one.id > other.id)));
  const page = rest.slice(0, size);
  const last = page.at(-1);
  const more = rest.length > size && last !== undefined;
  return pass({ items: page, next: more ? writePageToken(name, last.id) : null });
}
