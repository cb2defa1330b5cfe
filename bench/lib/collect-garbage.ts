import { setTimeout as wait } from 'node:timers/promises';

const patienceMs = 20_000;
/** What a round lets go of is often collected in the next one, and unused pages are given back late. */
const rounds = 4;

/**
 * Has a process that was started with `--inspect=127.0.0.1:<port>` collect its garbage, so that its
 * resident memory says what it keeps and not when V8 last cleaned up. Gives the bytes that V8 keeps.
 */
export async function collectGarbage(port: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${String(port)}/json/list`);
  const [target] = (await response.json()) as readonly { webSocketDebuggerUrl: string }[];
  if (target === undefined) throw new Error('no inspector');
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  try {
    await untilOpen(socket);
    for (let round = 0; round < rounds; round += 1) {
      await ask(socket, 'HeapProfiler.collectGarbage');
      await wait(500);
    }
    const { usedSize } = (await ask(socket, 'Runtime.getHeapUsage')) as { usedSize: number };
    return usedSize;
  } finally {
    socket.close();
  }
}

function untilOpen(socket: WebSocket): Promise<void> {
  return within(
    new Promise((resolve) => {
      socket.addEventListener('open', () => {
        resolve();
      });
    }),
  );
}

async function ask(socket: WebSocket, method: string): Promise<unknown> {
  const answered = new Promise<unknown>((resolve) => {
    socket.addEventListener(
      'message',
      ({ data }) => {
        resolve((JSON.parse(String(data)) as { result: unknown }).result);
      },
      { once: true },
    );
  });
  socket.send(JSON.stringify({ id: 1, method }));
  return within(answered);
}

async function within<T>(work: Promise<T>): Promise<T> {
  const limit = new AbortController();
  const late = wait(patienceMs, undefined, { signal: limit.signal }).then(() => {
    throw new Error('the inspector does not answer');
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    late.catch(() => undefined);
    limit.abort();
  }
}
