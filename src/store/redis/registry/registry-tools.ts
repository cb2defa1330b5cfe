import { halt, pass, type Step } from '../../../lib/step.ts';
import type { Outcome, TagFilter } from '../../../registry/ports.ts';
import type { RegistryProblem } from '../../../registry/problem.ts';
import type { RedisClient } from '../client.ts';
import type { ListedKind, RedisKeys } from '../keys.ts';
import { DossierReader } from './dossier-reader.ts';
import { explainReadFailure } from './explain-failure.ts';
import type { IdList } from './list-ids.ts';
import type { RegistryWriter } from './registry-writer.ts';
import type { RevocationSettings } from './revocations.ts';
import type { WholeLists } from './whole-lists.ts';

/** What every part of the registry works with. */
export interface RegistryTools {
  readonly client: RedisClient;
  readonly keys: RedisKeys;
  readonly writer: RegistryWriter;
  readonly lists: Pick<WholeLists, 'check'>;
  /** In force now. */
  readonly revocations: () => RevocationSettings;
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** Reads with a reader of its own; a Redis that cannot be read is a problem, not an exception. */
export async function readWith<T>(
  { client, keys }: RegistryTools,
  work: (reader: DossierReader) => Promise<Step<T, RegistryProblem>>,
): Outcome<T> {
  try {
    return await work(new DossierReader(client, keys));
  } catch (error) {
    return halt(explainReadFailure(error));
  }
}

/** The value, or a problem where there is none. */
export function required<T>(
  found: Step<T | null, RegistryProblem>,
  problem: RegistryProblem,
): Step<T, RegistryProblem> {
  if (!found.ok) return found;
  return found.value === null ? halt(problem) : pass(found.value);
}

/** The list of all of a kind, or of those with these tags. */
export function tagList(kind: ListedKind, tags: TagFilter | undefined, keys: RedisKeys): IdList {
  if (tags === undefined || tags.tags.length === 0)
    return { match: 'all', keys: [keys.list(kind)] };
  return {
    match: tags.match,
    keys: tags.tags.map((tag) => keys.narrowed(kind, 'tag', tag)),
  };
}

/** Whether these tags pass the filter, for what a list has led to. */
export function hasTags(tags: readonly string[], filter: TagFilter | undefined): boolean {
  if (filter === undefined || filter.tags.length === 0) return true;
  const has = (tag: string) => tags.includes(tag);
  return filter.match === 'all' ? filter.tags.every(has) : filter.tags.some(has);
}
