import { halt, pass, type Step } from '../../lib/step.ts';
import type { Page, TaggedQuery } from '../../registry/ports.ts';
import { invalid, type RegistryProblem } from '../../registry/problem.ts';

/** A page of what a file holds, by position: the order is that of the file. */
export function pageOf<T>(
  items: readonly T[],
  { size, offset = '0', tags }: TaggedQuery,
): Step<Page<T>, RegistryProblem> {
  if (!/^\d{1,9}$/.test(offset)) return halt(invalid({ offset: 'not an offset of this list' }));
  const fitting = tags === undefined ? items : items.filter((item) => hasTags(item, tags));
  const start = Number(offset);
  const end = start + size;
  const next = end < fitting.length ? String(end) : null;
  return pass({ items: fitting.slice(start, end), next });
}

function hasTags(item: unknown, { match, tags }: NonNullable<TaggedQuery['tags']>): boolean {
  const own = tagsOf(item);
  return match === 'all'
    ? tags.every((tag) => own.includes(tag))
    : tags.some((tag) => own.includes(tag));
}

function tagsOf(item: unknown): readonly unknown[] {
  const tags = typeof item === 'object' && item !== null && 'tags' in item ? item.tags : [];
  return Array.isArray(tags) ? tags : [];
}
