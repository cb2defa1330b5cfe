import { exitCode, type ExitCode } from '../host.ts';
import type { Entry } from '../admin-client/admin-client.ts';
import { writeResult } from '../output.ts';
import { confirm } from './confirm.ts';
import { changesOf, readWanted } from './changes.ts';
import { findEntity } from './find-entity.ts';
import { printEntry, printList } from './print-entries.ts';
import { startProgress } from './progress.ts';
import { readQuery } from './read-query.ts';
import { consumerOf, pathOf, type Resource } from './resource.ts';
import type { Session } from './session.ts';
import { writeOrTell } from './write-or-tell.ts';

export async function listEntities(session: Session, resource: Resource): Promise<ExitCode> {
  const { client, options } = session;
  const query = await readQuery(session, resource.filters);
  const printer = printList(session, resource.columns);
  const call = { path: pathOf(resource, consumerOf(session)), query, roles: resource.roles.list };
  for await (const page of client.list(call, options.limit)) printer.add(page);
  printer.end();
  return exitCode.fine;
}

export async function getEntity(session: Session, resource: Resource): Promise<ExitCode> {
  const [reference = ''] = session.operands;
  const { body, etag } = await findEntity(session, resource, reference);
  printEntry(session, etag === null ? body : { ...body, etag });
  return exitCode.fine;
}

/** Only what differs is sent: what somebody else has changed meanwhile stays, where it is not named. */
export async function updateEntity(session: Session, resource: Resource): Promise<ExitCode> {
  const [reference = ''] = session.operands;
  const { fields, etag } = await readWanted(session, resource);
  const { body: present } = await findEntity(session, resource, reference);
  const changes = changesOf(present, fields, session);
  if (Object.keys(changes).length === 0) {
    session.host.err('nothing to change\n');
    printEntry(session, present);
    return exitCode.fine;
  }
  const changed = await writeOrTell(session, {
    method: 'PATCH',
    path: [...pathOf(resource, consumerOf(session)), String(present['id'])],
    body: changes,
    ifMatch: session.options.ifMatch ?? etag,
    roles: resource.roles.update,
  });
  if (changed !== null) printEntry(session, changed.body);
  return exitCode.fine;
}

export async function deleteEntities(session: Session, resource: Resource): Promise<ExitCode> {
  const found: Entry[] = [];
  for (const reference of session.operands) {
    found.push((await findEntity(session, resource, reference)).body);
  }
  const names = found.map((entry) => resource.describe(entry)).join(', ');
  if (!(await confirm(session, `Delete ${resource.singular} ${names}?`))) return exitCode.failed;
  const deleted: string[] = [];
  const progress = startProgress(session.host, found.length);
  try {
    for (const entry of found) {
      const id = String(entry['id']);
      const path = [...pathOf(resource, consumerOf(session)), id];
      const { ifMatch } = session.options;
      const call = { method: 'DELETE', path, ifMatch, roles: resource.roles.delete } as const;
      if ((await writeOrTell(session, call)) !== null) deleted.push(id);
      progress.update(deleted.length);
    }
  } finally {
    progress.stop();
    printDeleted(session, resource, deleted);
  }
  return exitCode.fine;
}

function printDeleted({ host, options }: Session, { singular }: Resource, ids: readonly string[]) {
  if (options.dryRun === true) return;
  const result = ids.map((id) => ({ id, deleted: true }));
  const text = ids.map((id) => `deleted ${singular} ${id}`).join('\n');
  if (ids.length > 0) host.out(writeResult(options.output, result, text));
}
