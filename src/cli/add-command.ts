import type { Command } from 'commander';
import type { ExitCode, Host } from './host.ts';

/** Adds one command to the program; its action hands its exit code to `done`. */
export type AddCommand = (program: Command, host: Host, done: (code: ExitCode) => void) => void;
