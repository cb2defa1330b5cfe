import { chmod, lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';

/** Owner and group may connect; Envoy shares the group. */
const socketMode = 0o660;

/**
 * Takes away a socket file that an ended process left behind. Throws when another process answers
 * on it, or when something other than a socket has the path.
 */
export async function clearStaleSocket(path: string): Promise<void> {
  const file = await lstat(path).catch(ignoreMissing);
  if (file === null) return;
  if (!file.isSocket()) throw new Error(`${path} is there and is not a socket`);
  if (await isAnswered(path)) throw new Error(`another process listens on ${path}`);
  await unlink(path).catch(ignoreMissing);
}

export async function restrictSocket(path: string): Promise<void> {
  await chmod(path, socketMode);
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => {
      resolve(false);
    });
  });
}

function ignoreMissing(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
}
