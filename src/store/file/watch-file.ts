import { watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';
import { fileSignature } from './parse-consumers-file.ts';

export interface WatchFileOptions {
  readonly path: string;
  /** The file is another one than before, and has been so for `settleMs`. */
  readonly onChange: () => void;
  /** Default 500 ms. */
  readonly pollMs?: number;
  /** Default 50 ms. */
  readonly settleMs?: number;
}

/** Time in which what is told of a directory leads to one look at the file. */
const gatherMs = 20;

/**
 * Notices a changed file however it was changed: written in place, renamed over, or behind a
 * symbolic link that now leads elsewhere, as Kubernetes does it. Watches the directory, and looks
 * at the file now and then for file systems that tell nothing. Gives what ends the watch.
 */
export async function watchFile(options: WatchFileOptions): Promise<() => void> {
  const { path, onChange, pollMs = 500, settleMs = 50 } = options;
  let seen = await fileSignature(path).catch(() => 'absent');
  let settling: NodeJS.Timeout | undefined;
  let looking: NodeJS.Timeout | undefined;
  let stopped = false;

  async function look(): Promise<void> {
    const now = await fileSignature(path).catch(() => 'absent');
    // A file is absent for a moment when it is replaced; that is no news yet.
    if (stopped || now === seen || now === 'absent') return;
    seen = now;
    clearTimeout(settling);
    settling = setTimeout(onChange, settleMs).unref();
  }

  // Other files of the directory may change all the time, a log for one.
  function lookSoon(): void {
    looking ??= setTimeout(() => {
      looking = undefined;
      void look();
    }, gatherMs).unref();
  }

  const watcher = watchDirectory(dirname(path), lookSoon);
  const poll = setInterval(() => void look(), pollMs).unref();

  return () => {
    stopped = true;
    watcher?.close();
    clearInterval(poll);
    clearTimeout(settling);
    clearTimeout(looking);
  };
}

function watchDirectory(directory: string, onEvent: () => void): FSWatcher | null {
  try {
    const watcher = watch(directory, { persistent: false }, onEvent);
    // Polling goes on.
    watcher.on('error', () => {
      watcher.close();
    });
    return watcher;
  } catch {
    return null;
  }
}
