import type { MaybePromise } from '../lib/step.ts';
import { whenThere } from '../lib/when-there.ts';
import type { Authenticated } from './authenticate.ts';
import type { CheckContext } from './context.ts';
import { readCookies } from './cookies.ts';
import type { Permit } from './permit.ts';
import type { HeaderLine } from './refusal.ts';
import type { Sessions } from './session.ts';
import type { Claims } from './token.ts';
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

/**
 * Gathers what goes with a request that has its permit, towards the upstream and the client. The
 * session comes last: what fails before it must not use up the one that a token has.
 */
export function equipRequest(
  permit: Permit,
  { authenticated, responseHeaders }: Admitted,
  context: CheckContext,
  { sessions, signUpstreamJwt }: EquipmentDependencies,
): MaybePromise<Equipment> {
  const { policy, trail } = context;
  const { upstreamJwt: jwtPolicy } = policy;
  const signed = jwtPolicy === null ? null : signUpstreamJwt(permit, trail, jwtPolicy);
  return whenThere(signed, (upstreamJwt) =>
    whenThere(keepSession(authenticated, context, sessions), (cookie) => ({
      claims: authenticated?.token.claims ?? null,
      accessToken: policy.upstreamAccessToken ? fetchedToken(authenticated) : null,
      upstreamJwt,
      responseHeaders:
        cookie === null ? responseHeaders : [...responseHeaders, ['set-cookie', cookie]],
    })),
  );
}

function keepSession(
  authenticated: Authenticated | null,
  { request, policy: { session: policy }, signal }: CheckContext,
  sessions: Sessions,
): MaybePromise<string | null> {
  if (policy === null || authenticated === null) return null;
  const { token, accessToken, credentialIdentifier, issuedAt, session } = authenticated;
  if (session !== null) return sessions.renew(session, policy, signal);
  if (accessToken === null || !policy.openedBy.has(token.method)) return null;
  const [first = null, ...more] = readCookies(request, policy.cookieName);
  // Several are no session by themselves, whatever the first of them is.
  const cookie = more.length === 0 ? first : null;
  const opening = { token, accessToken, credentialIdentifier, issuedAt, cookie };
  return sessions.open(opening, policy, signal);
}

/** A token that the caller brought is the caller's business, and hidden or not as configured. */
function fetchedToken(authenticated: Authenticated | null): string | null {
  if (authenticated === null) return null;
  const { method } = authenticated.token;
  const fetched = method === 'client_credentials' || method === 'password';
  return fetched ? authenticated.accessToken : null;
}
