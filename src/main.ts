import { fileURLToPath } from 'node:url';
import { runCommandLine } from './cli/command-line.ts';
import type { Host } from './cli/host.ts';

/** The edge to the process: nothing else reads `process`. */
const host: Host = {
  env: process.env,
  inIsTerminal: process.stdin.isTTY,
  outIsTerminal: process.stdout.isTTY,
  errIsTerminal: process.stderr.isTTY,
  nodeVersion: process.version,
  packageRoot: fileURLToPath(new URL('..', import.meta.url)),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  readInput: () => process.stdin,
  onStop: (listener) => {
    let stopping = false;
    const stop = (): void => {
      // The second signal is from somebody who does not want to wait for the drain.
      if (stopping) process.exit(1);
      stopping = true;
      listener();
    };
    process.on('SIGTERM', stop).on('SIGINT', stop);
  },
  onReload: (listener) => process.on('SIGHUP', listener),
};

// Whoever reads the output may have seen enough: `postern config schema | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runCommandLine(process.argv.slice(2), host);
