import { setTimeout as delay } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import type { Entry } from '../admin-client/admin-client.ts';
import { writeDocument } from '../../documents/write-document.ts';
import { exitCode, type ExitCode, type Host } from '../host.ts';
import { writeJson } from '../write-json.ts';
import { writeTable } from '../write-table.ts';
import { addVerb, type Verb } from './add-verb.ts';
import { optionOf } from './fields.ts';
import { printList, rowOf } from './print-entries.ts';
import { readQuery } from './read-query.ts';
import type { Column, Field } from './resource.ts';
import { limitOption } from './resource-command.ts';
import type { Session } from './session.ts';

const columns: readonly Column[] = [
  ['time', 'time'],
  ['actor', 'actor'],
  ['action', 'action'],
  ['entity', 'entity.id', 'entity'],
  ['operation', 'operation_id'],
];

const filters: readonly Field[] = [
  { name: 'actor', placeholder: '<name>', description: 'only what this token’s holder did' },
  { name: 'action', placeholder: '<action>', description: 'only this kind of change' },
  { name: 'entity', placeholder: '<id>', description: 'only what was done to this entity' },
];

const roles = 'admin, approver or read';
const defaultLimit = 100;
const pollMs = 500;

const list: Verb = {
  name: 'list',
  summary: 'list changes, newest first; with --follow those to come, as they come',
  argument: null,
  options: [
    ...filters.map(optionOf),
    limitOption().default(defaultLimit),
    new Option('--follow', 'wait for new ones, until Ctrl-C').conflicts('limit'),
  ],
  isWrite: false,
  asks: null,
  examples: [
    'audit list --actor board --limit 20',
    'audit list --entity 9e0f2c1a-5b1d-4a9e-8a63-0c2f7f0b1d55 -o json',
    'audit list --follow',
  ],
  run: (session) => (session.options['follow'] === true ? follow(session) : listOnce(session)),
};

/** `postern audit list`. */
export function fillAuditCommand(
  command: Command,
  host: Host,
  done: (code: ExitCode) => void,
): void {
  addVerb(command, list, host, done);
}

async function listOnce(session: Session): Promise<ExitCode> {
  const query = await readQuery(session, filters);
  const printer = printList(session, columns);
  const call = { path: ['audit'], query, roles };
  for await (const page of session.client.list(call, session.options.limit)) printer.add(page);
  printer.end();
  return exitCode.fine;
}

/** Asks again and again, and prints each new entry by itself, oldest first. */
async function follow(session: Session): Promise<ExitCode> {
  const stopping = new AbortController();
  session.host.onStop(() => {
    stopping.abort();
  });
  const query = await readQuery(session, filters);
  let last = (await listSince(session, query, null, 1))[0]?.['id'];
  while (await isTimeForMore(stopping.signal)) {
    const news = await listSince(session, query, last ?? null);
    for (const entry of news.toReversed()) session.host.out(writeEntry(session, entry));
    last = news[0]?.['id'] ?? last;
  }
  return exitCode.fine;
}

/** Resolves with false as soon as the user has enough. */
function isTimeForMore(signal: AbortSignal): Promise<boolean> {
  return delay(pollMs, true, { signal }).catch(() => false);
}

/** Entries newer than the one of this id, newest first. */
async function listSince(
  { client }: Session,
  query: Readonly<Record<string, string | undefined>>,
  last: unknown,
  limit?: number,
): Promise<readonly Entry[]> {
  const found: Entry[] = [];
  for await (const page of client.list({ path: ['audit'], query, roles }, limit)) {
    const known = page.findIndex(({ id }) => id === last);
    found.push(...(known === -1 ? page : page.slice(0, known)));
    if (known !== -1) break;
  }
  return found;
}

function writeEntry({ options, useColor }: Session, entry: Entry): string {
  switch (options.output) {
    case 'json':
      return `${writeJson(entry)}\n`;
    case 'yaml':
      return `---\n${writeDocument(entry)}`;
    case 'table':
      return writeTable([rowOf(entry, columns)], { titles: null, useColor });
  }
}
