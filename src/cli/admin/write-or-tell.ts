import type { AdminAnswer, AdminCall, Entry } from '../admin-client/admin-client.ts';
import { writeDocument } from '../../documents/write-document.ts';
import { escapeControls } from '../../lib/terminal-controls.ts';
import { writeResult } from '../output.ts';
import type { Session } from './session.ts';

/** Fields of bodies that are secrets themselves. */
const secretFields = new Set(['token', 'session']);

/** Does a write; with `--dry-run` it only says what it would have sent, and gives null. */
export async function writeOrTell(session: Session, call: AdminCall): Promise<AdminAnswer | null> {
  const { client, options } = session;
  if (options.dryRun !== true) {
    return client.send({ idempotencyKey: options.idempotencyKey, ...call });
  }
  tell(session, call);
  return null;
}

function tell({ host, options }: Session, { method, path, body }: AdminCall): void {
  const target = `/${path.map(encodeURIComponent).join('/')}`;
  const shown = body === undefined ? null : mask(body);
  const result = { dry_run: true, method, path: target, ...(shown !== null && { body: shown }) };
  const fields = shown === null ? [] : writeDocument(shown).trimEnd().split('\n');
  const text = [`would send: ${method} ${target}`, ...fields.map((line) => `  ${line}`)]
    .map(escapeControls)
    .join('\n');
  host.out(writeResult(options.output, result, text));
}

function mask(body: Entry): Entry {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      secretFields.has(name) ? '(hidden)' : value,
    ]),
  );
}
