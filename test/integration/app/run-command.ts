import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const main = join(import.meta.dirname, '..', '..', '..', 'src', 'main.ts');

export interface CommandResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Closes the pipe of its output before it writes, as `| head` may. */
  readonly closeOutput?: boolean;
}

/** Runs `postern <args>` to its end, as a process of its own without a terminal. */
export async function runCommand(
  args: readonly string[],
  { env = {}, input = '', closeOutput = false }: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'], ...env },
  });
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  if (closeOutput) child.stdout.destroy();
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [out, err] = await Promise.all([
    closeOutput ? '' : text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  process.off('exit', killWithUs);
  return { code: child.exitCode, out, err };
}
