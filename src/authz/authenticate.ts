import { halt, pass, type MaybePromise, type Step } from '../lib/step.ts';
import type {
  Credential,
  PairCredential,
  SessionCredential,
  TokenCredential,
} from './credentials/credential.ts';
import type { Policy } from './policy.ts';
import { unavailable, type Refusal } from './refusal.ts';
import type { AuthzRequest } from './request.ts';
import type { Session, Sessions } from './session.ts';
import type { AuthMethod, CacheResult, ObtainToken, VerifiedToken, VerifyToken } from './token.ts';

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
  readonly session: Session | null;
}

/** From a credential to the token behind it, at once where it is known; a kind is a row. */
export function authenticate(
  credential: Credential,
  request: AuthzRequest,
  policy: Policy,
  authenticators: Authenticators,
  signal: AbortSignal,
): MaybePromise<Step<Authenticated, Refusal>> {
  switch (credential.kind) {
    case 'token':
      return authenticateToken(credential, request, policy, authenticators, signal);
    case 'pair':
      return authenticatePair(credential, request, policy, authenticators, signal);
    case 'session':
      return resumeSession(credential, policy, authenticators, signal);
  }
}

function authenticateToken(
  { token: text }: TokenCredential,
  { sourceAddress }: AuthzRequest,
  { tokenPlan }: Policy,
  { verifyToken }: Authenticators,
  signal: AbortSignal,
): MaybePromise<Step<Authenticated, Refusal>> {
  const verdict = verifyToken({ token: text, source: sourceAddress }, tokenPlan, signal);
  return onceThere(verdict, ({ token, cache }) => ({
    token,
    openedBy: token.method,
    credentialIdentifier: null,
    cache,
    accessToken: text,
    session: null,
  }));
}

function authenticatePair(
  { pair, alternative }: PairCredential,
  { sourceAddress }: AuthzRequest,
  { grant }: Policy,
  { obtainToken }: Authenticators,
  signal: AbortSignal,
): MaybePromise<Step<Authenticated, Refusal>> {
  if (grant === null) return outsidePolicy('a pair where none is accepted');
  const obtained = obtainToken({ pair, alternative, source: sourceAddress }, grant, signal);
  return onceThere(obtained, ({ token, cache, accessToken }) => ({
    token,
    openedBy: token.method,
    credentialIdentifier: grant.grant === 'client_credentials' ? pair.id : null,
    cache,
    accessToken,
    session: null,
  }));
}

function resumeSession(
  { cookie }: SessionCredential,
  { session: policy }: Policy,
  { sessions }: Authenticators,
  signal: AbortSignal,
): MaybePromise<Step<Authenticated, Refusal>> {
  if (policy === null) return outsidePolicy('a session where none is accepted');
  return onceThere(sessions.resume(cookie, policy, signal), (session) => ({
    token: session.token,
    openedBy: session.openedBy,
    credentialIdentifier: session.credentialIdentifier,
    cache: null,
    accessToken: null,
    session,
  }));
}

/** What is made of a value; where that is at hand, nobody waits. */
function onceThere<T>(
  value: MaybePromise<Step<T, Refusal>>,
  read: (value: T) => Authenticated,
): MaybePromise<Step<Authenticated, Refusal>> {
  const conclude = (step: Step<T, Refusal>) => (step.ok ? pass(read(step.value)) : step);
  return value instanceof Promise ? value.then(conclude) : conclude(value);
}

function outsidePolicy(detail: string): Step<Authenticated, Refusal> {
  return halt(unavailable('internal', detail));
}
