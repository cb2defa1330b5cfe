import { createSecureContext, getCACertificates } from 'node:tls';
import { Agent, request } from 'undici';
import type { WebhookEndpoint } from './endpoint.ts';

export type SendResult =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: string | null }
  /** Nothing of the request, the URL or the answer is in it. */
  | { readonly kind: 'fault'; readonly problem: string };

export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** HTTP towards one endpoint. Follows no redirect, verifies certificates, and looks at no body. */
export interface Sender {
  /** Never rejects. */
  send(message: Message): Promise<SendResult>;
  /** Ends what is under way. */
  close(): Promise<void>;
}

/** Deliveries to one endpoint at a time, of one process. */
export const connections = 4;

const maxHeaderBytes = 16 * 1024;
const maxBodyBytes = 16 * 1024;

/** Throws where a certificate cannot be read. */
export function createSender({ url, timeoutMs, ca }: WebhookEndpoint): Sender {
  const agent = new Agent({
    connections,
    connectTimeout: timeoutMs,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxHeaderSize: maxHeaderBytes,
    connect: trust(ca),
  });
  return {
    async send({ headers, body }) {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const answer = await request(url, {
          dispatcher: agent,
          method: 'POST',
          headers,
          body,
          signal,
        });
        // The status says it all; a body that is short leaves the connection to the next.
        await answer.body.dump({ limit: maxBodyBytes, signal }).catch(() => undefined);
        const { 'retry-after': retryAfter } = answer.headers;
        return {
          kind: 'answer',
          status: answer.statusCode,
          retryAfter: typeof retryAfter === 'string' ? retryAfter : null,
        };
      } catch (error) {
        return { kind: 'fault', problem: signal.aborted ? 'no answer in time' : explain(error) };
      }
    },
    close: () => agent.destroy(),
  };
}

/** The default would be what `NODE_TLS_REJECT_UNAUTHORIZED` says. */
function trust(ca: string | null) {
  const verified = { rejectUnauthorized: true };
  if (ca === null) return verified;
  const secureContext = createSecureContext({ ca: [...getCACertificates('default'), ca] });
  return { ...verified, secureContext };
}

/** By its code alone: texts of errors quote hosts and what was sent. */
function explain(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== 'string' || !/^[A-Z0-9_]{1,64}$/.test(code)) return 'no connection';
  return code.endsWith('_TIMEOUT') ? 'no answer in time' : `no connection (${code})`;
}
