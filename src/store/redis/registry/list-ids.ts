import { halt, pass, type Step } from '../../../lib/step.ts';
import type { PageQuery } from '../../../registry/ports.ts';
import { invalid, type RegistryProblem } from '../../../registry/problem.ts';
import type { RedisClient } from '../client.ts';
import { readPageToken, writePageToken } from './page-token.ts';

/** Sorted sets, and how their members make one list. One set is both. */
export interface IdList {
  readonly match: 'all' | 'any';
  readonly keys: readonly string[];
}

export interface IdPage {
  readonly ids: readonly string[];
  readonly next: string | null;
}

/** Members that are looked at by one command when few of them are in all sets. */
const chunk = 1000;

/**
 * One page of a list in the order of its ids, so that what comes and goes moves nothing else. Costs
 * the same at the beginning and at the end of a million.
 */
export async function listIds(
  client: RedisClient,
  list: IdList,
  { size, offset }: PageQuery,
): Promise<Step<IdPage, RegistryProblem>> {
  const problem = checkSize(size);
  if (problem !== null) return halt(problem);
  const name = JSON.stringify([list.match, list.keys]);
  const after = offset === undefined ? null : readPageToken(name, offset);
  if (offset !== undefined && after === null) return halt(invalid({ offset: 'invalid offset' }));
  // One more than asked for tells whether there is a next page.
  const ids = await readIds(client, list, after, size + 1);
  const last = ids[size - 1];
  const more = ids.length > size && last !== undefined;
  return pass({ ids: ids.slice(0, size), next: more ? writePageToken(name, last) : null });
}

export function checkSize(size: number): RegistryProblem | null {
  return Number.isInteger(size) && size >= 1 && size <= 1000
    ? null
    : invalid({ size: 'expected an integer from 1 to 1000' });
}

async function readIds(
  client: RedisClient,
  { match, keys }: IdList,
  after: string | null,
  count: number,
): Promise<string[]> {
  const [only, ...others] = keys;
  if (only === undefined) return [];
  if (others.length === 0) return readAfter(client, only, after, count);
  if (match === 'all') return readShared(client, keys, after, count);
  const found = await Promise.all(keys.map((key) => readAfter(client, key, after, count)));
  return [...new Set(found.flat())].sort(byBytes).slice(0, count);
}

/** Goes through the smallest set, leaving out what another one lacks. */
async function readShared(
  client: RedisClient,
  keys: readonly string[],
  start: string | null,
  count: number,
): Promise<string[]> {
  const sizes = await Promise.all(keys.map((key) => client.zcard(key)));
  const smallest = keys[sizes.indexOf(Math.min(...sizes))] ?? '';
  const others = keys.filter((key) => key !== smallest);
  const shared: string[] = [];
  let after = start;
  for (;;) {
    const ids = await readAfter(client, smallest, after, chunk);
    const held = await Promise.all(others.map((key) => holds(client, key, ids)));
    shared.push(...ids.filter((_, index) => held.every((one) => one[index])));
    if (shared.length >= count || ids.length < chunk) return shared.slice(0, count);
    after = ids.at(-1) ?? null;
  }
}

async function readAfter(
  client: RedisClient,
  key: string,
  after: string | null,
  count: number,
): Promise<string[]> {
  const from = after === null ? '-' : `(${after}`;
  return client.zrangebylex(key, from, '+', 'LIMIT', 0, count);
}

/** ZMSCORE would ask for Redis 6.2. */
async function holds(
  client: RedisClient,
  key: string,
  ids: readonly string[],
): Promise<readonly boolean[]> {
  if (ids.length === 0) return [];
  const pipeline = client.pipeline();
  for (const id of ids) pipeline.zscore(key, id);
  const replies = (await pipeline.exec()) ?? [];
  return replies.map(([error, score]) => {
    if (error !== null) throw error;
    return score !== null;
  });
}

function byBytes(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
