import type { Command } from 'commander';
import type { AdminClient } from '../admin-client/admin-client.ts';
import type { AdminOptions } from '../admin-client/admin-options.ts';
import type { Host } from '../host.ts';
import type { Format } from '../output.ts';

/** Options that several commands have; those of fields are read by their names. */
export interface CommonOptions extends AdminOptions {
  readonly output: Format;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly idempotencyKey?: string;
  readonly ifMatch?: string;
  readonly file?: string;
  readonly limit?: number;
  readonly selectTag?: readonly string[];
  readonly [name: string]: unknown;
}

/** One run of a command. */
export interface Session {
  readonly client: AdminClient;
  readonly host: Host;
  readonly operands: readonly string[];
  readonly options: CommonOptions;
  readonly useColor: boolean;
  /** Ends the command as one that was called wrongly. */
  readonly refuseUsage: (message: string) => never;
}

/** Whether what goes to standard output may have colours (https://no-color.org). */
export function mayUseColor(host: Host, command: Command): boolean {
  const isRefused = command.optsWithGlobals()['color'] === false;
  return host.outIsTerminal && !isRefused && (host.env['NO_COLOR'] ?? '') === '';
}
