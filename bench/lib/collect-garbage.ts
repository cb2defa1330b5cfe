import { setTimeout as wait } from 'node:timers/promises';

const patienceMs = 10_000;

/**
 * Has a process that was started with `--inspect=127.0.0.1:<port>` collect its garbage, so that its
 * resident memory says what it keeps and not when V8 last cleaned up.
 */
export async function collectGarbage(port: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${String(port)}/json/list`);
  const [target] = (await response.json()) as readonly { webSocketDebuggerUrl: string }[];
  if (target === undefined) throw new Error('no inspector');
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  try {
    await untilEvent(socket, 'open');
    // The second time collects what finalizers of the first let go.
    for (const id of [1, 2]) {
      const answered = untilEvent(socket, 'message');
      socket.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }));
      await answered;
    }
  } finally {
    socket.close();
  }
  // Freed pages go back to the system a little later.
  await wait(1000);
}

function untilEvent(socket: WebSocket, name: 'open' | 'message'): Promise<void> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      reject(new Error(`the inspector does not answer: ${name}`));
    }, patienceMs);
    const settle = (then: () => void) => () => {
      clearTimeout(limit);
      then();
    };
    socket.addEventListener(name, settle(resolve), { once: true });
    socket.addEventListener(
      'error',
      settle(() => {
        reject(new Error('no inspector'));
      }),
      { once: true },
    );
  });
}
