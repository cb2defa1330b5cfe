import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { root } from './root.mjs';

/** What a person can do something about; printed without a stack. */
export class Problem extends Error {}

/**
 * Runs a program to its end in the repository, its output on ours.
 * @returns the exit code; 1 for a program that a signal ended
 * @throws {Problem} when it cannot be started
 */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (done.error) throw new Problem(`${command} could not be started: ${done.error.message}`);
  return done.status ?? 1;
}

/**
 * Runs a JavaScript file, by its path or its place in node_modules, on the Node of node_modules; on
 * ours where install scripts are off and there is none.
 */
export function runTool(file, args, env = {}) {
  const modules = join(root, 'node_modules');
  const path = isAbsolute(file) ? file : join(modules, file);
  const local = join(modules, '.bin', 'node');
  const node = existsSync(local) ? local : process.execPath;
  return run(node, [path, ...args], { env: { ...process.env, ...env } });
}

/** What a program prints (stdout and stderr), or null when it fails or is not there. */
export function capture(command, args) {
  const done = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  return done.error || done.status !== 0 ? null : done.stdout + done.stderr;
}

/** Runs a script's main function; a {@link Problem} ends it with its message and exit code 1. */
export function runMain(main) {
  try {
    process.exitCode = main() ?? 0;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
