import { once } from 'node:events';
import { createServer } from 'node:net';
import { parseListenAddress } from './listen-address.ts';

/** `taken`: something listens there already; else the error of the system, such as `EACCES`. */
export type AddressState = 'free' | 'taken' | { readonly error: string };

/** Whether a server could listen there now; lets go of it at once. */
export async function tryAddress(address: string): Promise<AddressState> {
  const parsed = parseListenAddress(address);
  const server = createServer();
  try {
    server.listen(parsed.kind === 'unix' ? { path: parsed.path } : parsed);
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return code === 'EADDRINUSE' ? 'taken' : { error: code };
  }
  server.close();
  await once(server, 'close');
  return 'free';
}
