import { createInterface } from 'node:readline/promises';
import { Readable } from 'node:stream';
import { escapeControls } from '../../lib/terminal-controls.ts';
import type { Session } from './session.ts';

type Asking = Pick<Session, 'host' | 'options' | 'refuseUsage'>;

/** Refuses, before anything is done, what would have to ask where nobody can answer. */
export function checkAskable({ host, options, refuseUsage }: Asking, question = ''): void {
  if (options.yes === true || options.dryRun === true) return;
  if (!host.inIsTerminal || !host.errIsTerminal) {
    refuseUsage(`${question}without a terminal to ask on this needs --yes`);
  }
  if (options.file === '-' || [options['tokenFile'], options['sessionFile']].includes('-')) {
    refuseUsage('standard input is read already, so this needs --yes');
  }
}

/** Asks on the terminal. Says so when the answer is no. */
export async function confirm(asking: Asking, question: string): Promise<boolean> {
  const { host, options } = asking;
  if (options.yes === true || options.dryRun === true) return true;
  checkAskable(asking, `${question} `);
  host.err(`${escapeControls(question)} [y/N] `);
  const answer = await readLine(host.readInput());
  if (/^y(?:es)?$/i.test(answer.trim())) return true;
  host.err('postern: not confirmed, nothing was changed\n');
  return false;
}

async function readLine(input: AsyncIterable<Uint8Array>): Promise<string> {
  const lines = createInterface({ input: Readable.from(input) });
  for await (const line of lines) return line;
  return '';
}
