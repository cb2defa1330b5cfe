import type { Server } from 'node:http';
import { formatHostPort, parseListenAddress } from './listen-address.ts';
import { clearStaleSocket } from './unix-socket.ts';

/** Nobody but the owner may connect. */
const socketMask = 0o177;

/** Listens, and gives the address with the port that was bound; a socket is for its owner only. */
export async function bindHttpServer(server: Server, address: string): Promise<string> {
  const target = parseListenAddress(address);
  if (target.kind === 'unix') await clearStaleSocket(target.path);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const onListening = (): void => {
      server.off('error', reject);
      // A connection that cannot be accepted is its caller's trouble, not the process's.
      server.on('error', () => undefined);
      const bound = server.address();
      const isTcp = typeof bound === 'object' && bound !== null;
      resolve(isTcp ? formatHostPort(bound.address, bound.port) : address);
    };
    if (target.kind === 'tcp') server.listen(target, onListening);
    else listenPrivately(server, target.path, onListening);
  });
}

/** The file has its mode from the first moment on: what is bound later, others could have opened. */
function listenPrivately(server: Server, path: string, onListening: () => void): void {
  const before = process.umask(socketMask);
  try {
    server.listen({ path }, onListening);
  } finally {
    process.umask(before);
  }
}
