import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Problem } from '../../documents/problem.ts';
import { DuplicateFinder } from '../find-duplicates.ts';
import { readConsumers } from '../read-consumers.ts';
import type { ReadEvent } from '../read-piece.ts';
import type { FileConsumer } from './file-consumer.ts';

export interface ParsedConsumers {
  readonly records: readonly FileConsumer[];
  /** Where each record starts, in their order; counts from 1. */
  readonly lines: readonly number[];
  /** If there are any, the records are not to be used. */
  readonly problems: readonly Problem[];
  /** Sections of the file that are not about Consumers. */
  readonly ignored: readonly IgnoredSection[];
}

export interface IgnoredSection {
  readonly section: string;
  readonly line: number;
}

const attempts = 5;
const settleMs = 50;

/**
 * Reads a whole Consumers file, with all its problems at once. A file that changes meanwhile is
 * read again, so that half of a write is not taken for the file. Rejects when it cannot be read.
 */
export async function parseConsumersFile(path: string): Promise<ParsedConsumers> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await fileSignature(path);
    const parsed = await parseOnce(path);
    if (attempt === attempts || before === (await fileSignature(path))) return parsed;
    await delay(settleMs);
  }
}

/** Differs when another file is at the path, or the file was written to. */
export async function fileSignature(path: string): Promise<string> {
  const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true });
  return [dev, ino, size, mtimeNs].join(':');
}

async function parseOnce(path: string): Promise<ParsedConsumers> {
  const records: FileConsumer[] = [];
  const problems: Problem[] = [];
  const lines: number[] = [];
  const ignored: IgnoredSection[] = [];
  const duplicates = new DuplicateFinder(path);
  const take = (event: ReadEvent) => {
    switch (event.kind) {
      case 'consumer':
        problems.push(...duplicates.check(event.entry.record, event.line));
        records.push({ ...event.entry.record, application: event.entry.application });
        lines.push(event.line);
        return;
      case 'problem':
        problems.push(event.problem);
        return;
      case 'ignored':
        ignored.push({ section: event.section, line: event.line });
        return;
    }
  };
  const jsonLines = /\.(jsonl|ndjson)$/.test(path);
  for await (const batch of readConsumers(createReadStream(path), path, { jsonLines })) {
    batch.forEach(take);
  }
  return { records, lines, problems, ignored };
}
