import { exitCode, type ExitCode } from '../host.ts';
import { escapeControls } from '../../lib/terminal-controls.ts';
import { writeResult } from '../output.ts';
import { writeTable } from '../write-table.ts';
import type { ChangedMany } from './change-many.ts';
import { rowOf } from './print-entries.ts';
import { resources } from './resources.ts';
import type { Session } from './session.ts';
import { showValue } from './show-value.ts';

/** Says what became of each registration; throws what stopped the rest. */
export function printChanged(session: Session, { done, left, failure }: ChangedMany): ExitCode {
  const { host, options, useColor } = session;
  const { columns } = resources.registrations;
  const titles = columns.map(([title]) => title.toUpperCase());
  const changed = done.flatMap(({ registration }) =>
    registration === undefined ? [] : [registration],
  );
  const rows = changed.map((entry) => rowOf(entry, columns));
  const table = rows.length === 0 ? '' : writeTable(rows, { titles, useColor });
  if (options.output !== 'table' || table !== '') {
    host.out(writeResult(options.output, done, table.trimEnd()));
  }
  for (const { id, status, error } of done) {
    if (error === undefined) continue;
    const why = `${String(status)} ${showValue(error['message'])}`;
    host.err(`${escapeControls(`postern: ${id}: ${why}`)}\n`);
  }
  const failed = done.length - changed.length;
  if (done.length > 1) host.err(`${String(changed.length)} changed, ${String(failed)} failed\n`);
  if (failure === null) return failed === 0 ? exitCode.fine : exitCode.failed;
  if (done.length > 0) host.err(`${String(left)} not reached\n`);
  throw failure;
}
