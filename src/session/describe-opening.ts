import type { SessionPolicy } from '../authz/policy.ts';
import type { SessionOpening } from '../authz/session.ts';
import type { AuthMethod, Claims, VerifiedToken } from '../authz/token.ts';
import type { SessionContent } from './session-content.ts';
import type { SessionTerms } from './session-terms.ts';

/** Whether a cookie may stand for a token at all, whatever the policy. */
export function mayHaveSession({ claims, method, expiresAt }: VerifiedToken): boolean {
  return !isBound(claims) && (expiresAt !== null || !fetching.has(method));
}

/** A token bound to a key (RFC 7800, RFC 9449, RFC 8705): a cookie would strip it of its proof. */
function isBound(claims: Claims): boolean {
  const confirmation = readOwn(claims, 'cnf');
  return confirmation !== undefined && confirmation !== null;
}

/**
 * A pair is asked about again when its token ends, and may be refused by then. Where nobody tells
 * that end, a session would take it for good until `absolute_timeout`.
 */
const fetching: ReadonlySet<AuthMethod> = new Set(['client_credentials', 'password']);

/** The session that a token may have. */
export function describeOpening(
  { token, credentialIdentifier, issuedAt }: SessionOpening,
  tokenHash: string,
  policy: SessionPolicy,
  terms: SessionTerms,
  now: number,
): SessionContent {
  const { claims } = token;
  const jti = readOwn(claims, 'jti');
  return {
    service: policy.service,
    provider: token.provider,
    issuer: token.issuer,
    openedBy: token.method,
    credentialIdentifier,
    claimSet: terms.claimSet,
    claims: pick(claims, terms.claimNames),
    openedAt: now,
    issuedAt: now,
    tokenExpiresAt: token.expiresAt,
    tokenHash,
    jti: typeof jti === 'string' ? jti : null,
    tokenIssuedAt: issuedAt,
  };
}

/** `fromEntries` defines its properties, so that a claim called `__proto__` stays a claim. */
function pick(claims: Claims, names: readonly string[]): Claims {
  const there = names.filter((name) => Object.hasOwn(claims, name));
  return Object.fromEntries(there.map((name) => [name, claims[name]]));
}

function readOwn(claims: Claims, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}
