import type { Command } from 'commander';
import type { ExitCode, Host } from './host.ts';

/** Gives a command its options, subcommands and action. */
export type FillCommand = (command: Command, host: Host, done: (code: ExitCode) => void) => void;
