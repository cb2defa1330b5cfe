import { halt, pass, type MaybePromise, type Step } from '../lib/step.ts';
import { whenThere } from '../lib/when-there.ts';
import type { CheckContext } from './context.ts';
import type {
  Credential,
  PairCredential,
  SessionCredential,
  TokenCredential,
} from './credentials/credential.ts';
import { unavailable, type Refusal } from './refusal.ts';
import type { Session, Sessions } from './session.ts';
import type {
  AuthMethod,
  CacheResult,
  Claims,
  ObtainToken,
  VerifiedToken,
  VerifyToken,
} from './token.ts';

export interface Authenticators {
  readonly verifyToken: VerifyToken;
  readonly obtainToken: ObtainToken;
  readonly sessions: Sessions;
}

/** A credential that a provider vouched for, now or when its session was opened. */
export interface Authenticated {
  readonly token: VerifiedToken;
  /** How the caller authenticated; behind a session, how it did at its start. */
  readonly openedBy: AuthMethod;
  /** Client id of a Basic credential; null = the claims tell. */
  readonly credentialIdentifier: string | null;
  /** Null where nothing had to be verified. */
  readonly cache: CacheResult | null;
  /** The access token itself; null in a session, which keeps none. */
  readonly accessToken: string | null;
  /** When the token was issued; epoch milliseconds, null = it does not tell. */
  readonly issuedAt: number | null;
  /** When Postern asked for the token, by its steady clock; null = somebody else did. */
  readonly fetchedAt: number | null;
  readonly session: Session | null;
}

/** From a credential to the token behind it, at once where it is known. */
export function authenticate(
  credential: Credential,
  context: Omit<CheckContext, 'trail'>,
  authenticators: Authenticators,
  /** A token that Postern fetched and that is of no use any more. */
  except?: string,
): MaybePromise<Step<Authenticated, Refusal>> {
  switch (credential.kind) {
    case 'token':
      return authenticateToken(credential, context, authenticators);
    case 'pair':
      return authenticatePair(credential, context, authenticators, except);
    case 'session':
      return resumeSession(credential, context, authenticators);
  }
}

type Authenticate<Kind extends Credential> = (
  credential: Kind,
  context: Omit<CheckContext, 'trail'>,
  authenticators: Authenticators,
  except?: string,
) => MaybePromise<Step<Authenticated, Refusal>>;

const authenticateToken: Authenticate<TokenCredential> = (
  { token: text },
  { request, policy, signal },
  { verifyToken },
) => {
  const presented = { token: text, source: request.sourceAddress };
  return conclude(verifyToken(presented, policy.tokenPlan, signal), ({ token, cache }) => ({
    token,
    openedBy: token.method,
    credentialIdentifier: null,
    cache,
    accessToken: text,
    issuedAt: readIssuedAt(token.claims),
    fetchedAt: null,
    session: null,
  }));
};

const authenticatePair: Authenticate<PairCredential> = (
  { pair, alternative },
  { request, policy: { grant }, signal },
  { obtainToken },
  except,
) => {
  if (grant === null) return outsidePolicy('a pair where none is accepted');
  const presented = { pair, alternative, source: request.sourceAddress, except };
  return conclude(
    obtainToken(presented, grant, signal),
    ({ token, cache, accessToken, acceptedId, obtainedAt, fetchedAt }) => ({
      token,
      openedBy: token.method,
      credentialIdentifier: grant.grant === 'client_credentials' ? acceptedId : null,
      cache,
      accessToken,
      // A provider may give one that it had issued before.
      issuedAt: Math.min(obtainedAt, readIssuedAt(token.claims) ?? Infinity),
      fetchedAt,
      session: null,
    }),
  );
};

const resumeSession: Authenticate<SessionCredential> = (
  { cookie },
  { policy: { session: policy }, signal },
  { sessions },
) => {
  if (policy === null) return outsidePolicy('a session where none is accepted');
  return conclude(sessions.resume(cookie, policy, signal), (session) => ({
    token: session.token,
    openedBy: session.openedBy,
    credentialIdentifier: session.credentialIdentifier,
    cache: null,
    accessToken: null,
    issuedAt: session.marks.issuedAt,
    fetchedAt: null,
    session,
  }));
};

/** `iat` (RFC 7519 section 4.1.6), in milliseconds. */
function readIssuedAt(claims: Claims): number | null {
  const value = Object.hasOwn(claims, 'iat') ? claims['iat'] : null;
  return typeof value === 'number' && Number.isFinite(value) ? value * 1000 : null;
}

function conclude<T>(
  vouched: MaybePromise<Step<T, Refusal>>,
  read: (value: T) => Authenticated,
): MaybePromise<Step<Authenticated, Refusal>> {
  return whenThere(vouched, (step) => (step.ok ? pass(read(step.value)) : step));
}

function outsidePolicy(detail: string): Step<Authenticated, Refusal> {
  return halt(unavailable('internal', detail));
}
