import { halt, pass, type MaybePromise, type Step } from '../lib/step.ts';
import { whenThere } from '../lib/when-there.ts';
import type { Authenticated } from './authenticate.ts';
import type { CheckContext } from './context.ts';
import type { ProviderPolicy } from './policy.ts';
import { deny, type Deny, type Refusal } from './refusal.ts';
import type { RevocationList, Revocations, RevokedUpTo } from './revocations.ts';
import type { Sessions } from './session.ts';
import type { Claims } from './token.ts';

export interface RevocationDependencies {
  readonly revocations: Revocations;
  readonly sessions: Pick<Sessions, 'clearing'>;
}

/** What is looked up: a credential that its provider vouched for, and what it is known as. */
export interface Revocable {
  readonly authenticated: Authenticated;
  /** What a Consumer is looked up by; null = the token names none. */
  readonly clientId: string | null;
  readonly provider: ProviderPolicy;
}

type Judged = MaybePromise<Step<null, Refusal>>;

/** Whether a token, its `jti`, its session, or all that its client had by then, was revoked. */
export function checkTokenRevocation(
  revocable: Revocable,
  context: Pick<CheckContext, 'policy' | 'signal'>,
  deps: RevocationDependencies,
): Judged {
  return judge(revocable, context, deps, (list) => {
    const { authenticated } = revocable;
    if (isTokenRevoked(authenticated, list)) return 'the token';
    if (isJtiRevoked(authenticated, list)) return 'the token, by its jti';
    const { session } = authenticated;
    if (session !== null && list.hasSession(session.marks.id)) return 'the session';
    return isClientRevoked(revocable, list) ? 'what its client had by then' : null;
  });
}

/** Whether all tokens that a Consumer had by then were revoked. */
export function checkConsumerRevocation(
  revocable: Revocable,
  consumerId: string,
  context: Pick<CheckContext, 'policy' | 'signal'>,
  deps: RevocationDependencies,
): Judged {
  return judge(revocable, context, deps, (list) => {
    const upTo = list.ofConsumer(consumerId);
    return upTo !== null && isMet(upTo, revocable) ? 'what its Consumer had by then' : null;
  });
}

function judge(
  { authenticated }: Revocable,
  { policy, signal }: Pick<CheckContext, 'policy' | 'signal'>,
  { revocations, sessions }: RevocationDependencies,
  find: (list: RevocationList) => string | null,
): Judged {
  return whenThere(revocations.current(signal), (current) => {
    if (!current.ok) return current;
    const what = current.value === null ? null : find(current.value);
    if (what === null) return pass(null);
    const { session: kept } = policy;
    const ends = authenticated.session !== null && kept !== null;
    return halt(refuse(what, ends ? sessions.clearing(kept) : undefined));
  });
}

function refuse(what: string, headers: Deny['headers']): Deny {
  return deny('token_revoked', `revoked: ${what}`, headers);
}

function isTokenRevoked({ accessToken, session }: Authenticated, list: RevocationList): boolean {
  if (session !== null) return list.hasToken(session.marks.tokenHash);
  return accessToken !== null && list.hasTokenText(accessToken);
}

function isJtiRevoked({ token, session }: Authenticated, list: RevocationList): boolean {
  const jti = session === null ? readText(token.claims, 'jti') : session.marks.jti;
  return jti !== null && list.hasJti(jti, token.issuer);
}

/**
 * By every name that a token may give its client: what the Consumer is looked up by, the id of a Basic
 * credential, and the claims of RFC 9068 and OpenID Connect, which a rule need not look at.
 */
function isClientRevoked(revocable: Revocable, list: RevocationList): boolean {
  const { authenticated, clientId } = revocable;
  const { token, credentialIdentifier } = authenticated;
  const names = [
    clientId,
    credentialIdentifier,
    readText(token.claims, 'client_id'),
    readText(token.claims, 'azp'),
  ];
  for (const name of new Set(names)) {
    const upTo = name === null ? null : list.ofClient(name, token.issuer);
    if (upTo !== null && isMet(upTo, revocable)) return true;
  }
  return false;
}

/**
 * Whether a token was issued by then. `iat` has whole seconds, and two clocks may differ by the leeway
 * of the provider: in doubt it was, and so was a token that does not tell.
 */
function isMet(
  { notBefore, learntAt }: RevokedUpTo,
  { authenticated: { issuedAt, fetchedAt }, provider: { leewayMs } }: Revocable,
): boolean {
  if (fetchedAt !== null) return fetchedAt <= learntAt;
  return issuedAt === null || issuedAt - leewayMs <= notBefore;
}

function readText(claims: Claims, name: string): string | null {
  const value = Object.hasOwn(claims, name) ? claims[name] : null;
  return typeof value === 'string' ? value : null;
}
