import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Load, LoadResult } from '../drive/load.ts';
import { pinned } from './pinning.ts';

/** The driver process, seen from the bench. One load at a time. */
export interface Driver {
  run(load: Load): Promise<LoadResult>;
  stop(): Promise<void>;
}

export function startDriver(core: number | null): Driver {
  const script = join(import.meta.dirname, '..', 'drive', 'main.ts');
  // A large young generation: what the driver allocates must not be a pause in what it measures.
  const [command, line] = pinned(core, ['--max-semi-space-size=64', script]);
  const child = spawn(command, line, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return {
    async run(load) {
      const answer = once(child, 'message') as Promise<
        [{ result: LoadResult } | { error: string }]
      >;
      child.send(load);
      const [message] = await answer;
      if ('error' in message) throw new Error(`driver: ${message.error}`);
      return message.result;
    },
    async stop() {
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}
