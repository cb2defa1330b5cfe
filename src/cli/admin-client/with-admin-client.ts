import { escapeControls } from '../../lib/terminal-controls.ts';
import { exitCode, type ExitCode, type Host } from '../host.ts';
import type { AdminClient } from './admin-client.ts';
import { AdminFailure } from './admin-failure.ts';
import { openAdminClient, type AdminOptions } from './admin-options.ts';

/** Runs one command with a client of the Admin API, and says in plain words what did not work. */
export async function withAdminClient(
  options: AdminOptions,
  host: Host,
  run: (client: AdminClient) => Promise<ExitCode>,
): Promise<ExitCode> {
  const opened = openAdminClient(options, host);
  if (!opened.ok) {
    host.err(`postern: ${opened.stop}\n`);
    return exitCode.usage;
  }
  try {
    return await run(opened.value);
  } catch (error) {
    if (!(error instanceof AdminFailure)) throw error;
    host.err(describeFailure(error));
    return exitCode.failed;
  } finally {
    await opened.value.close();
  }
}

/** The failure and its hints, a line each, with nothing in it that a terminal would obey. */
function describeFailure({ message, hints }: AdminFailure): string {
  const lines = [`postern: ${message}`, ...hints.map((hint) => `  ${hint}`)];
  return lines.map((line) => `${escapeControls(line)}\n`).join('');
}
