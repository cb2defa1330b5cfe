import { AdminFailure } from '../admin-client/admin-failure.ts';
import { exitCode, type ExitCode } from '../host.ts';
import { writeResult } from '../output.ts';
import { confirm } from './confirm.ts';
import { changesOf, readWanted } from './changes.ts';
import { findEntity, type FoundEntity } from './find-entity.ts';
import { keysOf } from './keys-of.ts';
import { linkOwner } from './link-owner.ts';
import { printEntry, printList } from './print-entries.ts';
import { startProgress } from './progress.ts';
import { readQuery } from './read-query.ts';
import { findPath } from './find-path.ts';
import type { Resource } from './resource.ts';
import { isId } from './search-entity.ts';
import type { Session } from './session.ts';
import { writeOrTell } from './write-or-tell.ts';

export async function listEntities(session: Session, resource: Resource): Promise<ExitCode> {
  const { client, options } = session;
  const query = await readQuery(session, resource.filters);
  const printer = printList(session, resource.columns);
  const { path } = await findPath(session, resource);
  const call = { path, query, roles: resource.roles.list };
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
  const { body: present, path } = await findEntity(session, resource, reference);
  const changes = changesOf(present, await linkOwner(session, fields), session);
  if (Object.keys(changes).length === 0) {
    session.host.err('nothing to change\n');
    printEntry(session, present);
    return exitCode.fine;
  }
  const changed = await writeOrTell(session, {
    method: 'PATCH',
    path,
    body: changes,
    ifMatch: session.options.ifMatch ?? etag,
    roles: resource.roles.update,
  });
  if (changed !== null) printEntry(session, changed.body);
  return exitCode.fine;
}

export async function deleteEntities(session: Session, resource: Resource): Promise<ExitCode> {
  const found: FoundEntity[] = [];
  for (const reference of session.operands) {
    found.push(await findToDelete(session, resource, reference));
  }
  const names = found.map(({ body }) => resource.describe(body)).join(', ');
  if (!(await confirm(session, `Delete ${resource.singular} ${names}?`))) return exitCode.failed;
  const deleted: string[] = [];
  const keyOf = keysOf(session, found.length);
  const progress = startProgress(session.host, found.length);
  try {
    for (const [at, { body, path }] of found.entries()) {
      const id = String(body['id']);
      const { ifMatch } = session.options;
      const call = { method: 'DELETE', path, ifMatch, roles: resource.roles.delete } as const;
      if ((await writeOrTell(session, { ...call, ...keyOf(at) })) !== null) deleted.push(id);
      progress.update(deleted.length);
    }
  } finally {
    progress.stop();
    printDeleted(session, resource, deleted);
  }
  return exitCode.fine;
}

/** What a command of the same key has deleted is not there: only the answer to the key tells. */
async function findToDelete(
  session: Session,
  resource: Resource,
  reference: string,
): Promise<FoundEntity> {
  try {
    return await findEntity(session, resource, reference);
  } catch (error) {
    const isRepeated = session.options.idempotencyKey !== undefined && isId(reference);
    if (!isRepeated || !(error instanceof AdminFailure) || error.status !== 404) throw error;
    const { path } = await findPath(session, resource, reference);
    return { status: 404, etag: null, body: { id: reference }, path: [...path, reference] };
  }
}

function printDeleted({ host, options }: Session, { singular }: Resource, ids: readonly string[]) {
  if (options.dryRun === true) return;
  const result = ids.map((id) => ({ id, deleted: true }));
  const text = ids.map((id) => `deleted ${singular} ${id}`).join('\n');
  if (ids.length > 0) host.out(writeResult(options.output, result, text));
}
