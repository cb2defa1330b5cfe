import { halt, pass, type Step } from '../lib/step.ts';
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

/** From a credential to the token behind it; a kind of credential is a row. */
export async function authenticate(
  credential: Credential,
  request: AuthzRequest,
  policy: Policy,
  authenticators: Authenticators,
  signal: AbortSignal,
): Promise<Step<Authenticated, Refusal>> {
  switch (credential.kind) {
    case 'token':
      return authenticateToken(credential, request, policy, authenticators, signal);
    case 'pair':
      return authenticatePair(credential, request, policy, authenticators, signal);
    case 'session':
      return resumeSession(credential, policy, authenticators, signal);
  }
}

async function authenticateToken(
  { token: text }: TokenCredential,
  { sourceAddress }: AuthzRequest,
  { tokenPlan }: Policy,
  { verifyToken }: Authenticators,
  signal: AbortSignal,
): Promise<Step<Authenticated, Refusal>> {
  const verdict = await verifyToken({ token: text, source: sourceAddress }, tokenPlan, signal);
  if (!verdict.ok) return verdict;
  const { token, cache } = verdict.value;
  return pass({
    token,
    openedBy: token.method,
    credentialIdentifier: null,
    cache,
    accessToken: text,
    session: null,
  });
}

async function authenticatePair(
  { pair, alternative }: PairCredential,
  { sourceAddress }: AuthzRequest,
  { grant }: Policy,
  { obtainToken }: Authenticators,
  signal: AbortSignal,
): Promise<Step<Authenticated, Refusal>> {
  if (grant === null) return outsidePolicy('a pair where none is accepted');
  const obtained = await obtainToken({ pair, alternative, source: sourceAddress }, grant, signal);
  if (!obtained.ok) return obtained;
  const { token, cache, accessToken } = obtained.value;
  return pass({
    token,
    openedBy: token.method,
    credentialIdentifier: grant.grant === 'client_credentials' ? pair.id : null,
    cache,
    accessToken,
    session: null,
  });
}

async function resumeSession(
  { cookie }: SessionCredential,
  { session: policy }: Policy,
  { sessions }: Authenticators,
  signal: AbortSignal,
): Promise<Step<Authenticated, Refusal>> {
  if (policy === null) return outsidePolicy('a session where none is accepted');
  const resumed = await sessions.resume(cookie, policy, signal);
  if (!resumed.ok) return resumed;
  const { token, openedBy, credentialIdentifier } = resumed.value;
  return pass({
    token,
    openedBy,
    credentialIdentifier,
    cache: null,
    accessToken: null,
    session: resumed.value,
  });
}

function outsidePolicy(detail: string): Step<Authenticated, Refusal> {
  return halt(unavailable('internal', detail));
}
