import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FillCommand } from './fill-command.ts';
import { exitCode, type ExitCode } from './host.ts';

export const fillDemoCommand: FillCommand = (command, host, done) => {
  command
    .option('--once', 'run the scenario and end, with 0 if each request went as it should')
    .addHelpText('after', '\nIt runs from a checkout of the repository: npm run demo')
    .action(async ({ once }: { once?: true }) => {
      const script = join(host.packageRoot, 'demo', 'main.ts');
      if (!existsSync(script)) {
        host.err('postern: the demo needs a checkout of the repository: npm run demo\n');
        done(exitCode.usage);
        return;
      }
      done(await runDemo(script, once === true ? ['--once'] : []));
    });
};

function runDemo(script: string, args: readonly string[]): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve(code === 0 ? exitCode.fine : exitCode.failed);
    });
  });
}
