import { halt, pass, type Step } from '../../lib/step.ts';
import type { Page, PageQuery, TagFilter } from '../../registry/ports.ts';
import { ok, type Answer } from './answer.ts';
import type { Call } from './route.ts';
import { invalidOption } from './violations.ts';

export const pageParameters = ['size', 'offset'] as const;
export const taggedParameters = [...pageParameters, 'tags'] as const;

const defaultSize = 100;
const maxSize = 1000;

/** Kong's `size` and `offset`. */
export function readPage({ query }: Call): Step<PageQuery, Answer> {
  const size = query.get('size') ?? String(defaultSize);
  if (!/^\d{1,4}$/.test(size) || Number(size) < 1 || Number(size) > maxSize) {
    const message = `size must be an integer between 1 and ${String(maxSize)}`;
    return halt(invalidOption('size', message));
  }
  return pass({ size: Number(size), offset: query.get('offset') });
}

export type TaggedPage = PageQuery & { readonly tags: TagFilter | undefined };

/** The same with Kong's `tags`: `a,b` = both, `a/b` = one of them. */
export function readTaggedPage(call: Call): Step<TaggedPage, Answer> {
  const page = readPage(call);
  if (!page.ok) return page;
  const text = call.query.get('tags');
  if (text === undefined) return pass({ ...page.value, tags: undefined });
  const tags = readTags(text);
  return tags === null
    ? halt(invalidOption('tags', 'invalid filter syntax'))
    : pass({ ...page.value, tags });
}

function readTags(text: string): TagFilter | null {
  const isAny = text.includes('/');
  if (isAny && text.includes(',')) return null;
  const tags = text.split(isAny ? '/' : ',').map((tag) => tag.trim());
  return tags.includes('') ? null : { match: isAny ? 'any' : 'all', tags };
}

/** Kong's list: clients follow `offset`, people `next`. */
export function writePage<T>(
  { items, next }: Page<T>,
  call: Call,
  write: (item: T) => object,
): Answer {
  const data = items.map(write);
  if (next === null) return ok({ data, next: null, offset: null });
  const parameters = new URLSearchParams([...call.query].filter(([name]) => name !== 'offset'));
  parameters.set('offset', next);
  return ok({ data, next: `${call.path}?${parameters.toString()}`, offset: next });
}
