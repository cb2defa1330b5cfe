import { SingleBar } from 'cli-progress';
import type { Host } from '../host.ts';

export interface Progress {
  update(done: number): void;
  stop(): void;
}

/** A bar where somebody looks and there is something to wait for. */
export function startProgress(host: Host, total: number): Progress {
  if (!host.errIsTerminal || total < 2) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar({ format: '{bar} {value}/{total} · {eta_formatted}' });
  bar.start(total, 0);
  return {
    update: (done) => {
      bar.update(done);
    },
    stop: () => {
      bar.stop();
    },
  };
}
