import { halt, pass, type Step } from '../lib/step.ts';
import { answerItself } from './answer-itself.ts';
import { authenticate, type Authenticated, type Authenticators } from './authenticate.ts';
import { checkAcl } from './check-acl.ts';
import { checkClaims } from './check-claims.ts';
import { checkProof } from './check-proof.ts';
import { checkRegistration } from './check-registration.ts';
import type { ResolveConsumer } from './consumer.ts';
import type { CheckContext } from './context.ts';
import type { Credential } from './credentials/credential.ts';
import { allow, refuse } from './decide.ts';
import type { Allow, Answered, Decision } from './decision.ts';
import { equipRequest } from './equip-request.ts';
import { extractCredential } from './extract-credential.ts';
import { permitOpenRoute } from './open-route.ts';
import type { PolicyTable } from './policy.ts';
import type { Proofs } from './proof.ts';
import { reasonTable } from './reason-table.ts';
import { unavailable, type HeaderLine, type Refusal } from './refusal.ts';
import type { AuthzRequest } from './request.ts';
import { readClientId, resolveAnonymous, resolveSubject } from './resolve-subject.ts';
import { selectPolicy } from './select-policy.ts';
import type { Subject } from './subject.ts';
import { forgetCaller, startTrail, type Trail } from './trail.ts';
import type { SignUpstreamJwt } from './upstream-jwt.ts';

export interface CheckDependencies extends Authenticators {
  readonly policies: PolicyTable;
  readonly proofs: Proofs;
  readonly resolveConsumer: ResolveConsumer;
  readonly signUpstreamJwt: SignUpstreamJwt;
}

/** Judges one request. Rejects only on a bug; every outcome of a request is a {@link Decision}. */
export type Check = (
  request: AuthzRequest,
  signal: AbortSignal,
  /** Filled in on the way, for whoever has to answer before the end of it. */
  trail?: Trail,
) => Promise<Decision>;

/** Who makes the request, and what vouches for it; no vouching for the anonymous Consumer. */
interface Identified {
  readonly subject: Subject;
  readonly authenticated: Authenticated | null;
  /** What the steps have to say to the client: a nonce, a cookie that is cleared. */
  readonly responseHeaders: readonly HeaderLine[];
}

/**
 * The request path: select the policy → extract the credential → authenticate it → check its proof
 * and its claims → resolve the Consumer → check its registration → check its ACL groups → decide.
 */
export function createCheck(deps: CheckDependencies): Check {
  return async function check(request, signal, trail = startTrail()) {
    const selected = selectPolicy(request, deps.policies);
    if (!selected.ok) return { ...refuse(selected.stop, null), trail };
    const policy = selected.value;
    trail.service = policy.service;
    trail.route = policy.route;

    const page = answerItself(request, policy, deps.sessions, signal);
    if (page !== null) {
      const answer = await page;
      return { ...(answer.ok ? answer.value : refuse(answer.stop, policy)), trail };
    }
    const open = permitOpenRoute(request, policy);
    if (open !== null) return { ...allow({ request, policy, permit: open }), trail };

    return { ...(await judge({ request, policy, trail, signal }, deps)), trail };
  };
}

/** The path of a request that has to show who makes it. */
async function judge(
  context: CheckContext,
  deps: CheckDependencies,
): Promise<Allow | (Refusal & Answered)> {
  const { request, policy, trail } = context;
  const credential = extractCredential(request, policy);
  const identified = credential.ok ? await identify(credential.value, context, deps) : credential;
  const admitted = identified.ok ? identified : await standIn(identified.stop, context, deps);
  if (!admitted.ok) return refuse(admitted.stop, policy);
  trail.consumer = admitted.value.subject.consumer;

  const registered = checkRegistration(admitted.value.subject, policy);
  if (!registered.ok) return refuse(registered.stop, policy);

  const permit = checkAcl(registered.value, policy);
  if (!permit.ok) return refuse(permit.stop, policy);

  const used = credential.ok ? credential.value : null;
  const equipment = await equipRequest(permit.value, admitted.value, context, deps);
  return allow({ request, policy, permit: permit.value, used, ...equipment });
}

/** From a credential to who brought it. */
async function identify(
  credential: Credential,
  context: CheckContext,
  deps: CheckDependencies,
): Promise<Step<Identified, Refusal>> {
  const { policy, trail } = context;
  const vouched = await authenticate(credential, context, deps);
  if (!vouched.ok) return vouched;
  const authenticated = vouched.value;
  const { token } = authenticated;
  trail.token = token;
  trail.cache = authenticated.cache;

  const provider = policy.providers.get(token.provider);
  if (provider === undefined) {
    return halt(unavailable('internal', 'a provider outside the policy verified the token'));
  }
  const clientId = readClientId(authenticated, provider, policy);
  trail.clientId = clientId;

  const carrier = credential.kind === 'token' ? credential : null;
  const proven = await checkProof(token, carrier, context, deps.proofs);
  if (!proven.ok) return proven;

  const accepted = checkClaims(token, provider, policy);
  if (!accepted.ok) return accepted;

  const subject = await resolveSubject(
    authenticated,
    clientId,
    provider,
    context,
    deps.resolveConsumer,
  );
  if (!subject.ok) return subject;
  const { responseHeaders } = proven.value;
  return pass({ subject: subject.value, authenticated, responseHeaders });
}

/** The anonymous Consumer, where the Service has one and the refusal is one it may stand in for. */
async function standIn(
  refusal: Refusal,
  { policy, trail, signal }: CheckContext,
  deps: CheckDependencies,
): Promise<Step<Identified, Refusal>> {
  if (policy.anonymous === null || !reasonTable[refusal.reason].anonymousMayStandIn) {
    return halt(refusal);
  }
  const subject = await resolveAnonymous(policy.anonymous, deps.resolveConsumer, signal);
  if (!subject.ok) return subject;
  forgetCaller(trail);
  const responseHeaders = refusal.kind === 'deny' ? (refusal.headers ?? []) : [];
  return pass({ subject: subject.value, authenticated: null, responseHeaders });
}
