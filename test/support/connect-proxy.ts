import { once } from 'node:events';
import { createServer, request as sendRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';

export interface ProxiedRequest {
  readonly method: string;
  /** As the proxy was asked: `host:port` of a CONNECT, else the whole URL. */
  readonly target: string;
  readonly authorization: string | null;
}

/** A forward proxy: tunnels what it is told to CONNECT to, and passes on plain http. */
export interface ConnectProxy {
  readonly port: number;
  readonly requests: readonly ProxiedRequest[];
  /** From now on, answers so in place of passing on; `hang` = not at all. */
  misbehave(how: { readonly status: number } | 'hang'): void;
  close(): Promise<void>;
}

/** @param hosts names that only this proxy knows, and where they lead */
export async function startConnectProxy(
  hosts: Readonly<Record<string, string>> = {},
): Promise<ConnectProxy> {
  const requests: ProxiedRequest[] = [];
  const sockets = new Set<Socket>();
  let fault: { readonly status: number } | 'hang' | null = null;

  const resolve = (target: string): URL => {
    const url = new URL(target);
    url.hostname = hosts[url.hostname] ?? url.hostname;
    return url;
  };
  const note = ({ method = '', url = '', headers }: IncomingMessage) => {
    const authorization = headers['proxy-authorization'] ?? null;
    requests.push({ method, target: url, authorization });
  };
  const server = createServer((incoming, outgoing) => {
    note(incoming);
    if (fault === 'hang') return;
    if (fault !== null) {
      outgoing.writeHead(fault.status).end();
      return;
    }
    const { method, headers } = incoming;
    const passed = sendRequest(resolve(incoming.url ?? ''), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.on('connect', (incoming: IncomingMessage, client: Socket, head: Buffer) => {
    note(incoming);
    if (fault === 'hang') return;
    if (fault !== null) {
      client.end(`HTTP/1.1 ${fault.status} No\r\n\r\n`);
      return;
    }
    tunnel(incoming.url ?? '', client, head);
  });

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return {
    port: address.port,
    requests,
    misbehave: (how) => {
      fault = how;
    },
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

function tunnel(target: string, client: Socket, head: Buffer): void {
  const { hostname, port } = new URL(`http://${target}`);
  const upstream = connect(Number(port), hostname, () => {
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    upstream.write(head);
    upstream.pipe(client).pipe(upstream);
  });
  upstream.on('error', () => client.destroy());
  client.on('close', () => upstream.destroy());
}
