import type { MaybePromise } from '../lib/step.ts';
import type { Authenticated } from './authenticate.ts';
import { readCookies } from './cookies.ts';
import type { Permit } from './permit.ts';
import type { Policy, SessionPolicy } from './policy.ts';
import type { HeaderLine } from './refusal.ts';
import type { AuthzRequest } from './request.ts';
import type { Sessions } from './session.ts';
import type { Claims } from './token.ts';
import { startTrail, type Trail } from './trail.ts';
import type { SignUpstreamJwt } from './upstream-jwt.ts';

/** What an allowed request takes along beside its identity headers. */
export interface Equipment {
  /** Claims that may become headers. */
  readonly claims: Claims | null;
  /** A token that Postern fetched; null = none, or not to be passed on. */
  readonly accessToken: string | null;
  readonly upstreamJwt: string | null;
  /** For the client: its session, its next nonce. */
  readonly responseHeaders: readonly HeaderLine[];
}

export interface EquipmentDependencies {
  readonly sessions: Sessions;
  readonly signUpstreamJwt: SignUpstreamJwt;
}

interface Admitted {
  readonly authenticated: Authenticated | null;
  readonly responseHeaders: readonly HeaderLine[];
}

/** Gathers what goes with a request that has its permit, towards the upstream and the client. */
export function equipRequest(
  permit: Permit,
  { authenticated, responseHeaders }: Admitted,
  request: AuthzRequest,
  policy: Policy,
  { sessions, signUpstreamJwt }: EquipmentDependencies,
  trail: Trail,
  signal: AbortSignal,
): MaybePromise<Equipment> {
  const { upstreamJwt, session } = policy;
  // What a refused token said is no fact about the anonymous Consumer.
  const facts = authenticated === null ? startTrail() : trail;
  const jwt = upstreamJwt === null ? null : signUpstreamJwt(permit, facts, upstreamJwt);
  const cookie =
    session === null || authenticated === null
      ? null
      : keepSession(authenticated, request, session, sessions, signal);
  const assemble = ([jwt, cookie]: readonly [string | null, string | null]): Equipment => ({
    claims: authenticated?.token.claims ?? null,
    accessToken: policy.upstreamAccessToken ? fetchedToken(authenticated) : null,
    upstreamJwt: jwt,
    responseHeaders:
      cookie === null ? responseHeaders : [...responseHeaders, ['set-cookie', cookie]],
  });
  return jwt instanceof Promise || cookie instanceof Promise
    ? Promise.all([jwt, cookie]).then(assemble)
    : assemble([jwt, cookie]);
}

function keepSession(
  { token, accessToken, credentialIdentifier, session }: Authenticated,
  request: AuthzRequest,
  policy: SessionPolicy,
  sessions: Sessions,
  signal: AbortSignal,
) {
  if (session !== null) return sessions.renew(session, policy, signal);
  if (accessToken === null || !policy.openedBy.has(token.method)) return null;
  const [cookie = null] = readCookies(request, policy.cookieName);
  return sessions.open({ token, accessToken, credentialIdentifier, cookie }, policy, signal);
}

/** A token that the caller brought is the caller's business, and hidden or not as configured. */
function fetchedToken(authenticated: Authenticated | null): string | null {
  if (authenticated === null) return null;
  const { method } = authenticated.token;
  const fetched = method === 'client_credentials' || method === 'password';
  return fetched ? authenticated.accessToken : null;
}
