import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as requestTls } from 'node:https';
import { connect } from 'node:net';
import type { CertificateFiles } from './certificates.ts';

/** Headers as they go over the wire: in this order, repeats as lines of their own. */
export type HeaderLines = readonly (readonly [name: string, value: string])[];

export interface HttpCall {
  readonly path?: string;
  readonly method?: string;
  readonly host?: string;
  readonly headers?: HeaderLines | Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Over TLS to a server of this authority, showing a certificate if there is one. */
  readonly tls?: { readonly caFile: string; readonly certificate?: CertificateFiles };
}

export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name; values of a repeated header joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Values of `www-authenticate`, one a line. */
  readonly challenges: readonly string[];
  /** Values of `set-cookie`, one a line. */
  readonly setCookies: readonly string[];
  readonly body: string;
}

/** Sends a request of which every header line is the test's own, over HTTP/1.1. */
export async function callHttp(port: number, call: HttpCall): Promise<HttpAnswer> {
  const { method = 'GET', path = '/', host = 'orders.example.com', body = '' } = call;
  const lines = [['host', host], ...readLines(call.headers)];
  if (body !== '') lines.push(['content-length', String(Buffer.byteLength(body))]);
  const target = { host: '127.0.0.1', port, method, path, headers: lines.flat() };
  const sent =
    call.tls === undefined
      ? request({ ...target, agent: false })
      : requestTls({ ...target, agent: false, ...readTls(call.tls) });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return readAnswer(response);
}

function readTls({ caFile, certificate }: NonNullable<HttpCall['tls']>) {
  return {
    ca: readFileSync(caFile),
    servername: 'localhost',
    ...(certificate === undefined
      ? {}
      : { cert: readFileSync(certificate.certFile), key: readFileSync(certificate.keyFile) }),
  };
}

/** The same over HTTP/2 without TLS; gives the status alone. */
export async function callHttp2(port: number, call: HttpCall): Promise<number> {
  // Node's types do not know the second option yet; without it Node refuses to repeat a header.
  const options = { peerMaxConcurrentStreams: 100, strictSingleValueFields: false };
  const session = connectHttp2(`http://127.0.0.1:${port}`, options);
  const { method = 'GET', path = '/' } = call;
  const pseudo = [':method', method, ':path', path, ':scheme', 'http', ':authority', 'orders'];
  const stream = session.request([...pseudo, ...readLines(call.headers).flat()]);
  const answered = once(stream, 'response') as Promise<[Http2Headers]>;
  const closed = once(stream, 'close');
  stream.resume();
  const [headers] = await answered;
  await closed;
  session.close();
  return headers[':status'];
}

interface Http2Headers {
  readonly ':status': number;
}

/** Sends these bytes and gives all that comes back until the peer ends the connection. */
export async function callRaw(port: number, bytes: Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  // A peer that has heard enough may end the connection while we still write.
  socket.on('error', () => undefined);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}

export function readLines(headers: HttpCall['headers']): [string, string][] {
  if (headers === undefined) return [];
  const lines = isLines(headers) ? headers : Object.entries(headers);
  return lines.map(([name, value]) => [name, value]);
}

function isLines(headers: NonNullable<HttpCall['headers']>): headers is HeaderLines {
  return Array.isArray(headers);
}

async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  response.setEncoding('utf8');
  let body = '';
  for await (const chunk of response) body += String(chunk);
  const entries = Object.entries(response.headersDistinct);
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(entries.map(([name, values]) => [name, (values ?? []).join(', ')])),
    challenges: response.headersDistinct['www-authenticate'] ?? [],
    setCookies: response.headersDistinct['set-cookie'] ?? [],
    body,
  };
}
