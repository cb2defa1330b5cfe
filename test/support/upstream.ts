import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { Server } from 'node:net';
import { text } from 'node:stream/consumers';

/** What an upstream received; also the JSON that it answers. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  /** By lower-case name; values of a repeated header joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Name and value as they came, repeats apart. */
  readonly rawHeaders: readonly (readonly [name: string, value: string])[];
  /** As text; empty for gRPC. */
  readonly body: string;
}

export interface Upstream {
  readonly port: number;
  /** All requests so far, oldest first. */
  readonly requests: readonly ReceivedRequest[];
  /** More headers of its next answers, such as several `set-cookie`; HTTP/1.1 only. */
  readonly responseHeaders: [name: string, value: string][];
  stop(): Promise<void>;
}

/** An upstream over HTTP/1.1 that answers 200 with {@link ReceivedRequest} as JSON. */
export async function startUpstream(): Promise<Upstream> {
  const requests: ReceivedRequest[] = [];
  const responseHeaders: [string, string][] = [];
  const server = createServer((request, response) => {
    const receive = async (): Promise<void> => {
      const { method = '', url = '', rawHeaders } = request;
      const received = readRequest(method, url, rawHeaders, await text(request));
      requests.push(received);
      response.writeHead(200, ['content-type', 'application/json', ...responseHeaders.flat()]);
      response.end(JSON.stringify(received));
    };
    receive().catch(() => response.destroy());
  });
  const port = await listen(server);
  return {
    port,
    requests,
    responseHeaders,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/**
 * An upstream over cleartext HTTP/2 that answers any gRPC call with status 0 and one message, whose
 * bytes are {@link ReceivedRequest} as JSON.
 */
export async function startGrpcUpstream(): Promise<Upstream> {
  const requests: ReceivedRequest[] = [];
  const server = createHttp2Server();
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers, _flags, rawHeaders) => {
    const received = readRequest(headers[':method'] ?? '', headers[':path'] ?? '', rawHeaders, '');
    requests.push(received);
    stream.resume();
    stream.on('wantTrailers', () => {
      stream.sendTrailers({ 'grpc-status': '0' });
    });
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc' },
      { waitForTrailers: true },
    );
    stream.end(frame(JSON.stringify(received)));
  });
  const port = await listen(server);
  return {
    port,
    requests,
    responseHeaders: [],
    async stop() {
      server.close();
      for (const session of sessions) session.destroy();
      await once(server, 'close');
    },
  };
}

/** A gRPC message on the wire: not compressed, length, bytes. */
function frame(message: string): Buffer {
  const bytes = Buffer.from(message);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([prefix, bytes]);
}

function readRequest(
  method: string,
  path: string,
  raw: readonly string[],
  body: string,
): ReceivedRequest {
  const rawHeaders: [string, string][] = [];
  for (let at = 0; at + 1 < raw.length; at += 2)
    rawHeaders.push([raw[at] ?? '', raw[at + 1] ?? '']);
  const headers: Record<string, string> = {};
  for (const [name, value] of rawHeaders) {
    const key = name.toLowerCase();
    const before = headers[key];
    headers[key] = before === undefined ? value : `${before}, ${value}`;
  }
  return { method, path, headers, rawHeaders, body };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return address.port;
}
