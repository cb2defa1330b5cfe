import { createReadStream } from 'node:fs';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import type { Entry } from '../admin-client/admin-client.ts';
import { parseDocument } from '../../documents/parse-document.ts';
import { formatProblem } from '../../documents/problem.ts';
import { errorCode } from '../error-code.ts';
import type { Session } from './session.ts';

type Reading = Pick<Session, 'host' | 'refuseUsage'>;

/** The text of a file, or of standard input for `-`. */
export async function readFileText(file: string, { host, refuseUsage }: Reading): Promise<string> {
  try {
    return await text(file === '-' ? Readable.from(host.readInput()) : createReadStream(file));
  } catch (error) {
    return refuseUsage(`cannot read ${file}: ${errorCode(error)}`);
  }
}

/** The entities of a YAML or JSON file: one mapping, or a list of them. */
export async function readEntries(file: string, reading: Reading): Promise<readonly Entry[]> {
  const parsed = parseDocument(await readFileText(file, reading), file);
  if (!parsed.ok) return reading.refuseUsage(parsed.stop.map(formatProblem).join('\n'));
  const { value } = parsed.value;
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (entries.length === 0 || !entries.every(isEntry)) {
    return reading.refuseUsage(`${file}: expected a mapping of fields, or a list of them`);
  }
  return entries;
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
