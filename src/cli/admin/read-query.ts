import { readText } from './fields.ts';
import { findApplicationId } from './find-application.ts';
import { findOwner } from './link-owner.ts';
import type { Field } from './resource.ts';
import type { Session } from './session.ts';

export type Query = Readonly<Record<string, string | undefined>>;

/** What the filters of a list ask for, an application by its id. */
export async function readQuery(session: Session, filters: readonly Field[]): Promise<Query> {
  const query: Record<string, string | undefined> = { tags: readTags(session) };
  for (const filter of filters) {
    const text = readText(filter, session);
    if (text === undefined) continue;
    query[filter.name] = await readFilter(session, filter, text);
  }
  return query;
}

function readFilter(session: Session, { kind }: Field, text: string): Promise<string> | string {
  if (kind === 'application') return findApplicationId(session, text);
  return kind === 'owner' ? findOwner(session, text) : text;
}

/** `--select-tag a --select-tag b` = both, `--select-tag a/b` = one of them. */
function readTags({ options, refuseUsage }: Session): string | undefined {
  const tags = options.selectTag?.flatMap((text) => text.split(','));
  if (tags === undefined) return undefined;
  if (tags.length > 1 && tags.some((tag) => tag.includes('/'))) {
    return refuseUsage('--select-tag: a/b (one of them) stands alone');
  }
  return tags.join(',');
}
