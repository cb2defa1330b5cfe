import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { runCommandLine } from '../../../src/cli/command-line.ts';

export interface RecordedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** What the JSON says; null = none. */
  readonly body: unknown;
}

export interface RecordedReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** An Admin API that knows nothing, and writes down what it is asked. */
export interface RecordingAdmin {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  stop(): void;
}

export async function startRecordingAdmin(
  reply: (request: RecordedRequest) => RecordedReply,
): Promise<RecordingAdmin> {
  const requests: RecordedRequest[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url: path = '', headers } = request;
      const recorded = { method, path, headers, body: body === '' ? null : JSON.parse(body) };
      requests.push(recorded);
      const { status = 200, headers: more = {}, body: answer } = reply(recorded);
      response.writeHead(status, { 'content-type': 'application/json', ...more });
      response.end(answer === undefined ? '' : JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export interface Terminal {
  /** Whether all three streams are one; default false. */
  readonly isTerminal?: boolean;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command within this process; commander reads `process.env` for its own options. */
export async function runHere(
  args: readonly string[],
  { isTerminal = false, input = '', env = {} }: Terminal = {},
) {
  const printed = { out: '', err: '' };
  const code = await runCommandLine(args, {
    env,
    inIsTerminal: isTerminal,
    outIsTerminal: isTerminal,
    errIsTerminal: isTerminal,
    nodeVersion: process.version,
    packageRoot: `${import.meta.dirname}/../../..`,
    out: (written) => (printed.out += written),
    err: (written) => (printed.err += written),
    async *readInput() {
      yield Buffer.from(input);
    },
    onStop: () => undefined,
    onReload: () => undefined,
  });
  return { code, ...printed };
}
