import { AdminFailure } from '../admin-client/admin-failure.ts';
import type { AdminCall, Entry } from '../admin-client/admin-client.ts';
import { escapeControls } from '../../lib/terminal-controls.ts';
import { exitCode, type ExitCode } from '../host.ts';
import { confirm } from './confirm.ts';
import { readFields } from './fields.ts';
import { findApplicationId } from './find-application.ts';
import { findPath } from './find-path.ts';
import { keysOf } from './keys-of.ts';
import { linkOwner } from './link-owner.ts';
import { printEntry, printList } from './print-entries.ts';
import { startProgress } from './progress.ts';
import { readEntries } from './read-file.ts';
import type { Resource } from './resource.ts';
import type { Session } from './session.ts';
import { writeOrTell } from './write-or-tell.ts';

/** Creates what the options say, or each entity of a file, over which the options go. */
export async function createEntities(session: Session, resource: Resource): Promise<ExitCode> {
  const { options, refuseUsage } = session;
  const given = readFields(resource.fields, session);
  const { file } = options;
  const entries = file === undefined ? [{}] : await readEntries(file, session);
  const bodies: Entry[] = entries.map((entry) => ({ ...withoutEtag(entry), ...given }));
  const [first] = bodies;
  if (first === undefined || Object.keys(first).length === 0) {
    return refuseUsage('nothing to create: name its fields, or a file with -f');
  }
  const reference = file === undefined ? 'the new one' : undefined;
  const { path, named } = await findPath(session, resource, reference);
  if (named !== null && !(await confirm(session, `Create it for ${named}?`))) {
    return exitCode.failed;
  }
  if (bodies.length > 1) return createMany(session, resource, { path, bodies });
  const created = await writeOrTell(session, await callOf(session, resource, path, first));
  if (created !== null) printEntry(session, created.body);
  return exitCode.fine;
}

async function createMany(
  session: Session,
  resource: Resource,
  { path, bodies }: { readonly path: readonly string[]; readonly bodies: readonly Entry[] },
): Promise<ExitCode> {
  const { host, options } = session;
  const created: Entry[] = [];
  const failed: string[] = [];
  const keyOf = keysOf(session, bodies.length);
  const progress = startProgress(host, bodies.length);
  for (const [at, body] of bodies.entries()) {
    try {
      const call = await callOf(session, resource, path, body);
      const answer = await writeOrTell(session, { ...call, ...keyOf(at) });
      if (answer !== null) created.push(answer.body);
    } catch (error) {
      if (!(error instanceof AdminFailure)) throw error;
      const what = `${resource.singular} ${String(at + 1)} of the file: ${error.message}`;
      failed.push(`postern: ${what}`, ...error.hints.map((hint) => `  ${hint}`));
    }
    progress.update(at + 1);
  }
  progress.stop();
  if (options.dryRun !== true) {
    const printer = printList(session, resource.columns);
    printer.add(created);
    printer.end();
  }
  for (const line of failed) host.err(`${escapeControls(line)}\n`);
  return failed.length === 0 ? exitCode.fine : exitCode.failed;
}

async function callOf(
  session: Session,
  resource: Resource,
  path: readonly string[],
  body: Entry,
): Promise<AdminCall> {
  const { application } = body;
  const isNamed = typeof application === 'string';
  const link = isNamed ? { application: await findApplicationId(session, application) } : {};
  return {
    method: 'POST',
    path,
    body: { ...(await linkOwner(session, body)), ...link },
    roles: resource.roles.create,
  };
}

/** `get` shows it; it is of another entity. */
function withoutEtag(entry: Entry): Entry {
  return Object.fromEntries(Object.entries(entry).filter(([name]) => name !== 'etag'));
}
