import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { halt, pass, type Step } from '../../lib/step.ts';
import { refusal, type Answer } from '../http/answer.ts';
import type { Access } from './access.ts';
import type { FailureLimit } from './failure-limit.ts';
import { findToken } from './find-token.ts';
import { readCredential } from './read-credential.ts';
import type { Actor } from './roles.ts';

export interface AdmitOptions {
  /** In force now. */
  readonly access: () => Access;
  readonly failures: FailureLimit;
}

/** Who calls, or why nobody is let in. */
export function admit(
  request: IncomingMessage,
  { access, failures }: AdmitOptions,
): Step<Actor, Answer> {
  // Browsers name the page that asks; no page has business here, least of all with a certificate
  // that the browser would add by itself.
  if (request.headers.origin !== undefined) return halt(refusal(403, 'Not for browsers'));
  const way = access();
  const source = request.socket.remoteAddress ?? '';
  const isOver = failures.isOver(source);
  // Nothing that is brought is looked at, unless somebody there has shown lately that it has a token:
  // who shares an address with others must not be locked out by their failures.
  if (way.by === 'token' && isOver && !failures.isTrusted(source)) return halt(tooMany);
  const actor = identify(request, way);
  if (actor !== null) {
    failures.succeeded(source);
    return pass(actor);
  }
  if (isOver) return halt(tooMany);
  failures.failed(source);
  return halt(unauthorized);
}

const tooMany: Answer = {
  ...refusal(429, 'Too many failed attempts'),
  headers: { 'retry-after': '1' },
};

const unauthorized: Answer = {
  ...refusal(401, 'Unauthorized'),
  headers: { 'www-authenticate': 'Bearer realm="postern-admin"' },
};

function identify(request: IncomingMessage, access: Access): Actor | null {
  switch (access.by) {
    case 'socket':
      return { name: 'socket', role: 'admin' };
    case 'certificate':
      return readCertificate(request.socket);
    case 'token': {
      const credential = readCredential(request.headers);
      return credential === null ? null : findToken(credential, access.tokens);
    }
  }
}

/** The handshake has checked it; a connection that is gone by now has none. */
function readCertificate(socket: IncomingMessage['socket']): Actor | null {
  if (!isTls(socket) || !socket.authorized) return null;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return null;
  const name = readCommonName(certificate.toLegacyObject().subject.CN);
  return { name: `certificate:${name}`, role: 'admin' };
}

/** Of several the last one, which is the most specific (RFC 4514 section 2.1). */
function readCommonName(name: unknown): string {
  const one: unknown = Array.isArray(name) ? name.at(-1) : name;
  return typeof one === 'string' ? one.slice(0, 128) : '';
}

function isTls(socket: IncomingMessage['socket']): socket is TLSSocket {
  return 'encrypted' in socket;
}
