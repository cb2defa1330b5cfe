import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { bindHttpServer } from './bind-http-server.ts';
import type { Readiness } from './readiness.ts';

export interface OpsServerOptions {
  /** `host:port`. */
  readonly address: string;
  readonly readiness: Readiness;
  /** The text that Prometheus scrapes. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly body: string }>;
  /** What `/version` says. */
  readonly version: Readonly<Record<string, string>>;
  /** More pages, as JSON, by their path; null = there is none. */
  readonly pages: (path: string) => Promise<object | null>;
}

export interface OpsServer {
  /** `host:port` with the port that was bound. */
  readonly address: string;
  stop(): Promise<void>;
}

interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** For probes and Prometheus; holds nothing secret and needs no credentials. Rejects if it cannot bind. */
export async function startOpsServer(options: OpsServerOptions): Promise<OpsServer> {
  const server = createServer(
    { maxHeaderSize: 8192, requestTimeout: 10_000, headersTimeout: 5000, keepAliveTimeout: 15_000 },
    (request, response) => {
      void answer(request, response, options);
    },
  );
  server.maxRequestsPerSocket = 1000;
  const address = await bindHttpServer(server, options.address);
  return {
    address,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: OpsServerOptions,
): Promise<void> {
  const page = await writePage(request, options).catch(() => text(500, 'internal error'));
  response.writeHead(page.status, {
    'content-type': page.contentType,
    'content-length': Buffer.byteLength(page.body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : page.body);
}

async function writePage(request: IncomingMessage, options: OpsServerOptions): Promise<Page> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'method not allowed');
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const write = ownPages.get(path);
  if (write !== undefined) return write(options, query);
  const page = await options.pages(path);
  return page === null ? text(404, 'not found') : json(200, page);
}

type WritePage = (options: OpsServerOptions, query: string) => Page | Promise<Page>;

const writeLife: WritePage = () => text(200, 'ok');

const ownPages: ReadonlyMap<string, WritePage> = new Map<string, WritePage>([
  ['/metrics', async ({ metrics }) => ({ status: 200, ...(await metrics()) })],
  ['/livez', writeLife],
  ['/healthz', writeLife],
  [
    '/readyz',
    ({ readiness }, query) => writeReadiness(readiness, new URLSearchParams(query).has('verbose')),
  ],
  ['/version', ({ version }) => json(200, version)],
]);

function writeReadiness(readiness: Readiness, verbose: boolean): Page {
  const report = readiness.report();
  const status = readiness.inService ? 200 : 503;
  return verbose ? json(status, report) : text(status, report.status);
}

function text(status: number, body: string): Page {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${body}\n` };
}

function json(status: number, value: unknown): Page {
  return { status, contentType: 'application/json', body: `${JSON.stringify(value, null, 2)}\n` };
}
