import { Option } from 'commander';
import type { ConfigFile } from '../app/config-file.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { formatProblem, type Problem } from '../documents/problem.ts';
import type { Host } from './host.ts';

/** `--config <file>`, or `POSTERN_CONFIG`. */
export function configOption(): Option {
  return new Option('-c, --config <file>', 'configuration file')
    .env('POSTERN_CONFIG')
    .makeOptionMandatory();
}

/** The configuration, or null with every problem on standard error. */
export function loadOrExplain(source: ConfigFile, host: Host): LoadedConfig | null {
  const loaded = source.load();
  if (loaded.ok) return loaded.value;
  explainProblems(loaded.stop, host);
  return null;
}

/** One line a problem, each with its place. */
export function explainProblems(problems: readonly Problem[], host: Host): void {
  for (const problem of problems) host.err(`${formatProblem(problem)}\n`);
  host.err(`postern: ${String(problems.length)} problem${problems.length === 1 ? '' : 's'}\n`);
}
