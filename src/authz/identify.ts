import { halt, pass, type Step } from '../lib/step.ts';
import { authenticate, type Authenticated, type Authenticators } from './authenticate.ts';
import { checkClaims } from './check-claims.ts';
import { checkProof } from './check-proof.ts';
import { checkConsumerRevocation, checkTokenRevocation } from './check-revocation.ts';
import type { ResolveConsumer } from './consumer.ts';
import type { CheckContext } from './context.ts';
import type { Credential } from './credentials/credential.ts';
import type { Proofs } from './proof.ts';
import { unavailable, type HeaderLine, type Refusal } from './refusal.ts';
import { readClientId, resolveSubject } from './resolve-subject.ts';
import type { Revocations } from './revocations.ts';
import type { Subject } from './subject.ts';

export interface IdentityDependencies extends Authenticators {
  readonly proofs: Proofs;
  readonly resolveConsumer: ResolveConsumer;
  readonly revocations: Revocations;
}

/** Who makes the request, and what vouches for it; no vouching for the anonymous Consumer. */
export interface Identified {
  readonly subject: Subject;
  readonly authenticated: Authenticated | null;
  /** What the steps have to say to the client: a nonce, a cookie that is cleared. */
  readonly responseHeaders: readonly HeaderLine[];
}

type Judged = Step<Identified, Refusal>;

/**
 * How often a pair's revoked token is replaced: once for the one in the cache, and once more for one
 * that was under way when the revocation came.
 */
const maxReplacements = 2;

/**
 * From a credential to who brought it. A token that Postern itself had fetched for a pair, and that was
 * revoked, is fetched anew: whether the pair still counts, its provider says.
 */
export async function identify(
  credential: Credential,
  context: CheckContext,
  deps: IdentityDependencies,
): Promise<Judged> {
  let except: string | undefined;
  for (let replaced = 0; ; replaced += 1) {
    const vouched = await authenticate(credential, context, deps, except);
    if (!vouched.ok) return vouched;
    const identified = await identifyVouched(vouched.value, credential, context, deps);
    const isRevoked = !identified.ok && identified.stop.reason === 'token_revoked';
    const isReplaceable = credential.kind === 'pair' && replaced < maxReplacements;
    const { accessToken } = vouched.value;
    // A provider that gives the same one again would do so a third time.
    if (!isRevoked || !isReplaceable || accessToken === except) return identified;
    except = accessToken ?? undefined;
  }
}

async function identifyVouched(
  authenticated: Authenticated,
  credential: Credential,
  context: CheckContext,
  deps: IdentityDependencies,
): Promise<Judged> {
  const { policy, trail } = context;
  const { token } = authenticated;
  trail.token = token;
  trail.cache = authenticated.cache;

  const provider = policy.providers.get(token.provider);
  if (provider === undefined) {
    return halt(unavailable('internal', 'a provider outside the policy verified the token'));
  }
  const clientId = readClientId(authenticated, provider, policy);
  trail.clientId = clientId;
  const revocable = { authenticated, clientId, provider };
  const unrevoked = await checkTokenRevocation(revocable, context, deps);
  if (!unrevoked.ok) return unrevoked;

  const carrier = credential.kind === 'token' ? credential : null;
  const proven = await checkProof(token, carrier, context, deps.proofs);
  if (!proven.ok) return proven;

  const accepted = checkClaims(token, provider, policy);
  if (!accepted.ok) return accepted;

  const { resolveConsumer } = deps;
  const subject = await resolveSubject(authenticated, clientId, provider, context, resolveConsumer);
  if (!subject.ok) return subject;
  const { consumer } = subject.value;
  if (consumer !== null) {
    const allowed = await checkConsumerRevocation(revocable, consumer.id, context, deps);
    if (!allowed.ok) return allowed;
  }
  const { responseHeaders } = proven.value;
  return pass({ subject: subject.value, authenticated, responseHeaders });
}
