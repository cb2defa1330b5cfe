import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { halt, pass, type Step } from '../../lib/step.ts';
import { refusal, type Answer } from '../http/answer.ts';
import type { FailureLimit } from './failure-limit.ts';
import { findToken, type AdminToken } from './find-token.ts';
import { readCredential } from './read-credential.ts';
import type { Actor } from './roles.ts';

export interface AdmitOptions {
  /**
   * Those in force now; none = the listener itself lets nobody but administrators connect; null =
   * nobody is let in any more.
   */
  readonly tokens: () => readonly AdminToken[] | null;
  readonly failures: FailureLimit;
}

/** Who calls, or why nobody is let in. */
export function admit(request: IncomingMessage, options: AdmitOptions): Step<Actor, Answer> {
  // Browsers name the page that asks; no page has business here, least of all with a certificate
  // that the browser would add by itself.
  if (request.headers.origin !== undefined) return halt(refusal(403, 'Not for browsers'));
  const source = request.socket.remoteAddress ?? '';
  if (options.failures.isOver(source)) {
    return halt({ ...refusal(429, 'Too many failed attempts'), headers: { 'retry-after': '1' } });
  }
  const actor = identify(request, options.tokens());
  if (actor !== null) return pass(actor);
  options.failures.failed(source);
  const challenge = { 'www-authenticate': 'Bearer realm="postern-admin"' };
  return halt({ ...refusal(401, 'Unauthorized'), headers: challenge });
}

function identify(request: IncomingMessage, tokens: readonly AdminToken[] | null): Actor | null {
  if (tokens?.length === 0) return nameConnection(request);
  const credential = readCredential(request.headers);
  return credential === null || tokens === null ? null : findToken(credential, tokens);
}

/** Where there are no tokens, the socket's file or the certificate has let the caller in. */
function nameConnection({ socket }: IncomingMessage): Actor | null {
  if (isTls(socket)) {
    if (!socket.authorized) return null;
    const name: unknown = socket.getPeerCertificate().subject.CN;
    return {
      name: `certificate:${typeof name === 'string' ? name.slice(0, 128) : ''}`,
      role: 'admin',
    };
  }
  // Only a unix: socket has no address of its peer.
  return socket.remoteAddress === undefined ? { name: 'socket', role: 'admin' } : null;
}

function isTls(socket: IncomingMessage['socket']): socket is TLSSocket {
  return 'encrypted' in socket;
}
