import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

export interface TcpProxyOptions {
  readonly targetPort: number;
  /** Speaks TLS to the client, and plainly to the target. */
  readonly tls?: TlsOptions;
}

/** A server of its own in front of one that a test wants to disturb. */
export interface TcpProxy {
  readonly port: number;
  /**
   * From now on, keeps back what the target says on connections whose client has sent `needle`.
   * Resolves when the first such reply is held.
   */
  holdRepliesTo(needle: string): Promise<void>;
  /** Lets go what is held, and holds no more. */
  release(): void;
  /** Ends every connection; `refuse` also turns new ones away until {@link accept}. */
  cut(refuse?: boolean): void;
  accept(): void;
  /** Leads new connections to another server; those there are stay. */
  retarget(port: number): void;
  stop(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly target: Socket;
  matched: boolean;
  held: Buffer[];
}

export async function startTcpProxy({ targetPort, tls }: TcpProxyOptions): Promise<TcpProxy> {
  const links = new Set<Link>();
  let needle: string | null = null;
  let refusing = false;
  let port = targetPort;
  let onHeld: () => void = () => undefined;

  const handle = (client: Socket) => {
    client.on('error', () => undefined);
    if (refusing) {
      client.destroy();
      return;
    }
    const target = connect(port, '127.0.0.1');
    const link: Link = { client, target, matched: false, held: [] };
    links.add(link);
    const end = () => {
      client.destroy();
      target.destroy();
      links.delete(link);
    };
    target.on('error', end).on('close', end);
    client.on('close', end);
    client.on('data', (data: Buffer) => {
      if (needle !== null && data.includes(needle)) link.matched = true;
      target.write(data);
    });
    target.on('data', (data: Buffer) => {
      if (!link.matched) {
        client.write(data);
        return;
      }
      link.held.push(data);
      onHeld();
    });
  };
  const server: Server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle);
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');

  return {
    port: address.port,
    holdRepliesTo(wanted) {
      needle = wanted;
      return new Promise((resolve) => {
        onHeld = resolve;
      });
    },
    release() {
      needle = null;
      for (const link of links) {
        link.matched = false;
        for (const data of link.held.splice(0)) link.client.write(data);
      }
    },
    cut(refuse = false) {
      refusing = refuse;
      for (const { client, target } of [...links]) {
        client.destroy();
        target.destroy();
      }
    },
    accept() {
      refusing = false;
    },
    retarget(next) {
      port = next;
    },
    async stop() {
      for (const { client, target } of [...links]) {
        client.destroy();
        target.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
}
