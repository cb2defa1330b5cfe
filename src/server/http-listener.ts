import {
  createServer,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { bindHttpServer } from './bind-http-server.ts';
import { readCertificates, type Certificates, type TlsFiles } from './certificate-files.ts';
import { CertificateWatcher, type CertificateReport } from './certificate-watcher.ts';
import { TrustedConnections } from './trusted-connections.ts';

export interface HttpListenerOptions {
  /** `host:port` or `unix:/path`; the socket is for its owner only. */
  readonly address: string;
  /** Null = in the clear. Read again when they change. */
  readonly tls: TlsFiles | null;
  readonly handle: RequestListener;
  readonly onCertificates: (report: CertificateReport) => void;
}

export interface HttpListener {
  /** As configured, with the port that was bound. */
  readonly address: string;
  /** Ends when the requests under way are answered, at most after `drainMs`. */
  stop(drainMs: number): Promise<void>;
}

const limits: ServerOptions = {
  maxHeaderSize: 16_384,
  requestTimeout: 30_000,
  headersTimeout: 10_000,
  keepAliveTimeout: 15_000,
};

const certificatePollMs = 1000;
/** An HTTP/1.1 server. Rejects when it cannot bind, or the certificates cannot be used. */
export async function startHttpListener(options: HttpListenerOptions): Promise<HttpListener> {
  const { server, close } = await createListener(options);
  let stopping = false;
  server.on('request', (_request, response: ServerResponse) => {
    response.once('close', () => {
      // A connection that falls idle now would be kept until its client lets go.
      if (stopping)
        setImmediate(() => {
          server.closeIdleConnections();
        });
    });
  });
  try {
    const address = await bindHttpServer(server, options.address);
    return {
      address,
      stop: async (drainMs) => {
        stopping = true;
        close();
        await stopServer(server, drainMs);
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

async function createListener(options: HttpListenerOptions) {
  const { tls, handle, onCertificates } = options;
  if (tls === null) return { server: createServer(limits, handle), close: () => undefined };
  const watcher = await CertificateWatcher.open({
    files: tls,
    pollMs: certificatePollMs,
    report: onCertificates,
  });
  const connections = new TrustedConnections();
  const server = createTlsServer(
    { ...limits, ...writeContext(await readCertificates(tls)) },
    connections.guard(handle),
  );
  connections.follow(server);
  followCertificates(server, watcher, connections);
  return {
    server,
    close: () => {
      watcher.close();
    },
  };
}

/**
 * New connections get the new certificates. Those that are there keep the old ones, but for clients
 * whose authorities have changed: they have to prove themselves again.
 */
function followCertificates(
  server: TlsServer,
  watcher: CertificateWatcher,
  connections: TrustedConnections,
): void {
  let clientCa: Buffer | null = null;
  watcher.addCaCertificateListener((update) => {
    const before = clientCa;
    clientCa = update?.caCertificate ?? null;
    if (before !== null && clientCa?.equals(before) !== true) connections.forget();
  });
  // Told after the authorities.
  watcher.addIdentityCertificateListener((update) => {
    if (update !== null) server.setSecureContext(writeContext({ ...update, clientCa }));
  });
}

function writeContext({ certificate, privateKey, clientCa }: Certificates) {
  const own = { cert: certificate, key: privateKey, minVersion: 'TLSv1.2' } as const;
  return clientCa === null
    ? own
    : { ...own, ca: clientCa, requestCert: true, rejectUnauthorized: true };
}

function stopServer(server: Server, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => {
      server.closeAllConnections();
    }, drainMs);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}
