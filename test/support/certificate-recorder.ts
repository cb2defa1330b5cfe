import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as sendRequest } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { CertificateFiles } from './certificates.ts';

export interface RecordedRequest {
  readonly path: string;
  /** Common name of the client's certificate; null = it showed none. */
  readonly client: string | null;
}

/** A TLS server before another one: asks for a certificate, takes any, and passes requests on. */
export interface CertificateRecorder {
  readonly origin: string;
  readonly requests: readonly RecordedRequest[];
  /** Where requests go from now on. */
  passTo(origin: string): void;
  close(): Promise<void>;
}

export async function startCertificateRecorder(
  files: CertificateFiles,
): Promise<CertificateRecorder> {
  const requests: RecordedRequest[] = [];
  let target = '';
  const server = createServer(
    {
      cert: readFileSync(files.certFile),
      key: readFileSync(files.keyFile),
      requestCert: true,
      rejectUnauthorized: false,
    },
    (incoming, outgoing) => {
      const { method, headers, url: path = '/' } = incoming;
      requests.push({ path, client: readClient(incoming.socket) });
      const passed = sendRequest(`${target}${path}`, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      passed.on('error', () => outgoing.destroy());
      incoming.pipe(passed);
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  return {
    origin: `https://127.0.0.1:${address.port}`,
    requests,
    passTo(origin) {
      target = origin;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function readClient(socket: Socket): string | null {
  if (!(socket instanceof TLSSocket)) return null;
  const certificate = socket.getPeerCertificate() as { subject?: { CN?: string | string[] } };
  return certificate.subject?.CN?.toString() ?? null;
}
