/**
 * Waits for `work`, but no longer than until `signal` aborts; then it gives `instead()`.
 * The work itself goes on, so that what it fetches still serves later callers.
 */
export function untilAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
  instead: () => T,
): Promise<T> {
  if (signal.aborted) {
    // Nobody waits for it any more, so nobody would hear it fail.
    work.catch(() => undefined);
    return Promise.resolve(instead());
  }
  return new Promise<T>((resolve, reject) => {
    const leave = () => {
      resolve(instead());
    };
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', leave);
    });
  });
}
