import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const main = join(import.meta.dirname, '..', '..', '..', 'src', 'main.ts');

/** A command that runs until it is told to end. */
export interface StartedCommand {
  /** Of standard output, so far. */
  readonly lines: readonly string[];
  /** The first line that fits, among those so far or to come; rejects when it ends without. */
  untilLine(fits: (line: string) => boolean): Promise<string>;
  /** Ctrl-C. */
  interrupt(): void;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
}

export function startCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): StartedCommand {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const lines: string[] = [];
  const reader = createInterface(child.stdout);
  reader.on('line', (line) => lines.push(line));
  let closed = false;
  const ended = once(child, 'close').then(() => {
    closed = true;
    process.off('exit', killWithUs);
    return child.exitCode;
  });
  return {
    lines,
    async untilLine(fits) {
      for (;;) {
        const found = lines.find(fits);
        if (found !== undefined) return found;
        if (closed) throw new Error(`it has ended:\n${lines.join('\n')}`);
        await Promise.race([once(reader, 'line'), ended]);
      }
    },
    interrupt: () => void child.kill('SIGINT'),
    ended,
  };
}
