import type { IncomingMessage, ServerResponse } from 'node:http';

/** What goes wrong at an endpoint, in place of its usual answer. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number }
  /** The usual answer, late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** No answer until the fault is taken away or the fake is closed. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'truncated' }
  /** `content-length` promises more than what comes before the connection ends. */
  | { readonly kind: 'cut_off' }
  | { readonly kind: 'html' }
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'huge'; readonly bytes: number }
  | { readonly kind: 'body'; readonly body: string; readonly contentType?: string }
  | Answer;

/** Any answer; `content-type` is JSON unless the headers say otherwise. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export function answerJson(value: unknown, status = 200): Answer {
  return { kind: 'answer', status, body: JSON.stringify(value) };
}

const json = { 'content-type': 'application/json' };

export function sendFault(
  request: IncomingMessage,
  response: ServerResponse,
  fault: Exclude<Fault, { kind: 'hang' | 'delay' }>,
): void {
  switch (fault.kind) {
    case 'status': {
      const { status, retryAfter } = fault;
      const wait = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
      response.writeHead(status, { ...json, ...wait }).end('{"error":"invalid_request"}');
      return;
    }
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'truncated':
      response.writeHead(200, json).end('{"active":tr');
      return;
    case 'cut_off':
      response.writeHead(200, { ...json, 'content-length': '500' });
      response.write('{"active":true', () => request.socket.destroy());
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please log in</html>');
      return;
    case 'redirect':
      response.writeHead(302, { location: fault.location }).end();
      return;
    case 'huge':
      response.writeHead(200, json).end(`{"active":true,"x":"${'x'.repeat(fault.bytes)}"}`);
      return;
    case 'body':
      response
        .writeHead(200, { 'content-type': fault.contentType ?? 'application/json' })
        .end(fault.body);
      return;
    case 'answer':
      response.writeHead(fault.status, { ...json, ...fault.headers }).end(fault.body);
  }
}
