import { z } from 'zod';
import { halt, pass } from '../../../lib/step.ts';
import type { AuditChange, AuditEntry } from '../../../registry/entities.ts';
import type { Audit, AuditQuery } from '../../../registry/ports.ts';
import { invalid } from '../../../registry/problem.ts';
import { beforeStreamId } from '../stream-id.ts';
import { checkSize } from './list-ids.ts';
import { readPageToken, writePageToken } from './page-token.ts';
import { readWith, type RegistryTools } from './registry-tools.ts';

const change = {
  action: z.string(),
  entity: z.string(),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
};

const entrySchema = z.object({
  at: z.int(),
  actor: z.string(),
  operation: z.string(),
  ...change,
  also: z.array(z.object(change)).default([]),
});

const listName = 'audit';
const chunk = 500;

/** The port {@link Audit} on a Redis Stream; filters look at the entries one after the other. */
export function createRedisAudit(tools: RegistryTools): Audit {
  return {
    list: (query) =>
      readWith(tools, async () => {
        const problem = checkSize(query.size);
        if (problem !== null) return halt(problem);
        const { offset } = query;
        const start = offset === undefined ? '+' : readPageToken(listName, offset);
        if (start === null) return halt(invalid({ offset: 'invalid offset' }));
        const entries = await readEntries(tools, start, query);
        const items = entries.slice(0, query.size);
        const last = items.at(-1);
        const more = entries.length > query.size && last !== undefined;
        return pass({
          items,
          next: more ? writePageToken(listName, beforeStreamId(last.id)) : null,
        });
      }),
  };
}

/** One more than a page, where there are as many. */
async function readEntries(
  { client, keys }: RegistryTools,
  start: string,
  query: AuditQuery,
): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (let from = start; ;) {
    const found = await client.xrevrange(keys.audit, from, '-', 'COUNT', chunk);
    for (const [id, fields] of found) {
      const entry = decodeEntry(id, fields);
      if (entry !== null && fits(entry, query)) entries.push(entry);
    }
    const last = found.at(-1)?.[0];
    if (entries.length > query.size || found.length < chunk || last === undefined) return entries;
    from = beforeStreamId(last);
  }
}

function fits(entry: AuditEntry, { actor, action, entity }: AuditQuery): boolean {
  return (
    (actor === undefined || entry.actor === actor) &&
    [entry, ...entry.also].some(
      (one) =>
        (action === undefined || one.action === action) &&
        (entity === undefined || isAbout(one, entity.toLowerCase())),
    )
  );
}

/** An import tells of many in one entry. */
function isAbout({ entity, action, after }: AuditChange, id: string): boolean {
  if (entity === id || action !== 'consumers.import') return entity === id;
  return Object.values(after ?? {}).some((ids) => Array.isArray(ids) && ids.includes(id));
}

/** Null for what somebody else has put into the stream. */
function decodeEntry(id: string, fields: readonly string[]): AuditEntry | null {
  const text = fields[fields.indexOf('entry') + 1] ?? '';
  const read = entrySchema.safeParse(parse(text));
  if (!read.success) return null;
  const { operation, ...entry } = read.data;
  return { id, ...entry, operationId: operation };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
