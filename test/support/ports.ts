import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * A TCP port of 127.0.0.1 that nothing listens on, nor will: it has no service, and no program is
 * given one so low by itself.
 */
export const deadPort = 2;

/**
 * A TCP port of 127.0.0.1 that nothing listens on now. For programs that cannot report the port they
 * took themselves; whatever can bind port 0 and tell should do that instead.
 */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return address.port;
}
