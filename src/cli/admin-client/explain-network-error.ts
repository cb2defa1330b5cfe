import { errorCode } from '../error-code.ts';
import { AdminFailure } from './admin-failure.ts';
import type { AdminAddress } from './read-admin-address.ts';

const whereToLook = '--admin-addr or POSTERN_ADMIN_ADDR says where the Admin API is';
const untrusted = 'trust its authority with --admin-ca <file>';

/** A code of Node, OpenSSL or undici: what it means, and what to check. */
const causes: Readonly<Record<string, readonly [what: string, ...hints: string[]]>> = {
  ECONNREFUSED: [
    'nothing listens there',
    'is Postern running, and does its configuration have listen.admin?',
    whereToLook,
  ],
  ENOENT: ['there is no such socket', 'is Postern running with listen.admin.address: unix:…?'],
  EACCES: ['this user may not open the socket', 'only the user that Postern runs as may open it'],
  ENOTFOUND: ['no such host', whereToLook],
  EAI_AGAIN: ['the name of the host cannot be looked up now', whereToLook],
  EHOSTUNREACH: ['the host cannot be reached', whereToLook],
  ENETUNREACH: ['the network cannot be reached', whereToLook],
  UND_ERR_CONNECT_TIMEOUT: ['no connection within 5 s', whereToLook],
  UND_ERR_HEADERS_TIMEOUT: ['no answer within 60 s'],
  UND_ERR_BODY_TIMEOUT: ['the answer stopped'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['its certificate is self-signed', untrusted],
  SELF_SIGNED_CERT_IN_CHAIN: ['its certificate is of an authority not trusted here', untrusted],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['its certificate cannot be verified', untrusted],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['its certificate cannot be verified', untrusted],
  CERT_HAS_EXPIRED: ['its certificate has expired'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['its certificate is for another host', whereToLook],
  ERR_SSL_WRONG_VERSION_NUMBER: ['it does not speak TLS', 'does it listen for http:// instead?'],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['it does not speak TLS', 'does it listen for http:// instead?'],
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: [
    'it asks for a client certificate',
    'give one with --admin-cert and --admin-key',
  ],
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: [
    'it does not accept the client certificate',
    '--admin-cert has to be issued by listen.admin.tls.client_ca_file',
  ],
};

/** After these the request may have arrived, so what it asked for may have been done. */
const afterSending = new Set([
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/** Whether a request may have been acted on although no answer came. */
export function mayHaveArrived(error: unknown): boolean {
  return afterSending.has(codeOf(error));
}

/** In words, with what to check. */
export function explainNetworkError(
  error: unknown,
  { text, isTls, socketPath }: AdminAddress,
): AdminFailure {
  const code = codeOf(error);
  const [what, ...hints] = causes[code] ?? [];
  if (what !== undefined) return new AdminFailure(`no answer from ${text}: ${what}`, hints);
  if (!mayHaveArrived(error)) return new AdminFailure(`no answer from ${text}: ${code}`);
  const hint = isTls
    ? 'does it ask for a client certificate (--admin-cert, --admin-key)?'
    : 'does it speak TLS (https://…)?';
  return new AdminFailure(
    `${text} closed the connection without an answer`,
    socketPath === null ? [hint] : [],
  );
}

/** undici wraps what happened to a socket. */
function codeOf(error: unknown): string {
  const isWrapped = typeof error === 'object' && error !== null && 'cause' in error;
  const inner = isWrapped ? codeOf(error.cause) : '';
  return Object.hasOwn(causes, inner) ? inner : errorCode(error);
}
