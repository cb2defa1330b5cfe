import { halt, pass, type MaybePromise, type Step } from '../lib/step.ts';
import { whenPassed } from '../lib/when-passed.ts';
import { whenThere } from '../lib/when-there.ts';
import { authenticate, type Authenticated, type Authenticators } from './authenticate.ts';
import { checkClaims } from './check-claims.ts';
import { checkProof } from './check-proof.ts';
import {
  checkConsumerRevocation,
  checkTokenRevocation,
  type Revocable,
} from './check-revocation.ts';
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

type Judged = MaybePromise<Step<Identified, Refusal>>;

/**
 * How often a pair's revoked token is replaced: once for the one in the cache, and once more for one
 * that was under way when the revocation came.
 */
const maxReplacements = 2;

/**
 * From a credential to who brought it. A token that Postern itself had fetched for a pair, and that was
 * revoked, is fetched anew: whether the pair still counts, its provider says.
 */
export function identify(
  credential: Credential,
  context: CheckContext,
  deps: IdentityDependencies,
  attempt: Attempt = { except: undefined, replaced: 0 },
): Judged {
  const { except, replaced } = attempt;
  return whenPassed(authenticate(credential, context, deps, except), (vouched) =>
    whenThere(identifyVouched(vouched, credential, context, deps), (identified) => {
      const isRevoked = !identified.ok && identified.stop.reason === 'token_revoked';
      const isReplaceable = credential.kind === 'pair' && replaced < maxReplacements;
      const { accessToken } = vouched;
      // A provider that gives the same one again would do so a third time.
      if (!isRevoked || !isReplaceable || accessToken === except) return identified;
      const next = { except: accessToken ?? undefined, replaced: replaced + 1 };
      return identify(credential, context, deps, next);
    }),
  );
}

/** Which token of a pair is not to be had again, and how many there were. */
interface Attempt {
  readonly except: string | undefined;
  readonly replaced: number;
}

function identifyVouched(
  authenticated: Authenticated,
  credential: Credential,
  context: CheckContext,
  deps: IdentityDependencies,
): Judged {
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
  const carrier = credential.kind === 'token' ? credential : null;

  return whenPassed(checkTokenRevocation(revocable, context, deps), () =>
    whenPassed(checkProof(token, carrier, context, deps.proofs), ({ responseHeaders }) => {
      const accepted = checkClaims(token, provider, policy);
      if (!accepted.ok) return accepted;
      return whenPassed(findSubject(revocable, context, deps), (subject) =>
        pass({ subject, authenticated, responseHeaders }),
      );
    }),
  );
}

/** The Consumer, unless all that it had by then was revoked. */
function findSubject(
  revocable: Revocable,
  context: CheckContext,
  deps: IdentityDependencies,
): MaybePromise<Step<Subject, Refusal>> {
  const { authenticated, clientId, provider } = revocable;
  const { resolveConsumer } = deps;
  const found = resolveSubject(authenticated, clientId, provider, context, resolveConsumer);
  return whenPassed(found, (subject) => {
    if (subject.consumer === null) return pass(subject);
    const unrevoked = checkConsumerRevocation(revocable, subject.consumer.id, context, deps);
    return whenPassed(unrevoked, () => pass(subject));
  });
}
