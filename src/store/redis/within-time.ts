/**
 * The reply, or a rejection once `ms` have passed without one. A timer that is late, since the
 * process itself stood still (a garbage collection, one core for all), says nothing about Redis: what
 * lies in the socket by then is read first.
 */
export function withinTime<T>(reply: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      reject(new Error('Command timed out'));
    };
    // Node reads sockets after timers and before immediates; the second one covers a long queue.
    const timer = setTimeout(() => setImmediate(() => setImmediate(giveUp)), ms);
    reply.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}
