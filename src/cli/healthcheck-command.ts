import type { FillCommand } from './fill-command.ts';
import { exitCode } from './host.ts';

const timeoutMs = 2000;

export const fillHealthcheckCommand: FillCommand = (command, host, done) => {
  command
    .option('--addr <host:port>', 'ops listener', host.env['POSTERN_OPS_ADDR'] ?? '127.0.0.1:9090')
    .addHelpText('after', '\nExample, in a Dockerfile: HEALTHCHECK CMD ["postern", "healthcheck"]')
    .action(async ({ addr }: { addr: string }) => {
      const answer = await askReadiness(addr);
      if (answer.ready) host.out('ready\n');
      else host.err(`postern: ${answer.text}\n`);
      done(answer.ready ? exitCode.fine : exitCode.failed);
    });
};

async function askReadiness(addr: string): Promise<{ ready: boolean; text: string }> {
  try {
    const response = await fetch(`http://${addr}/readyz?verbose`, {
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { ready: response.ok, text: (await response.text()).trim() };
  } catch {
    return { ready: false, text: `no answer from ${addr}` };
  }
}
