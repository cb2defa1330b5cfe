import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface ReceivedWebhook {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** What the body says. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what comes off the wire is untyped
  readonly json: any;
}

export type Answer = (response: ServerResponse, received: ReceivedWebhook) => void;

/** Whoever wants to be told: an HTTP server that keeps what it got. */
export interface WebhookReceiver {
  readonly url: string;
  readonly received: readonly ReceivedWebhook[];
  /** How it answers from now on; 204 at first. */
  answer: Answer;
  /** Resolves once it has got so many. */
  untilReceived(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Answers with this status, and nothing more. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => void response.writeHead(code, headers).end();
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const one = { headers: request.headers, body, json: JSON.parse(body) };
      received.push(one);
      receiver.answer(response, one);
      for (const look of waiting) look();
    });
  });
  const receiver: WebhookReceiver = {
    url: '',
    received,
    answer: status(204),
    untilReceived: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (received.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    async stop() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(receiver, { url: `http://127.0.0.1:${String(port)}/hook` });
}
