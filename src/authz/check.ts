import { halt, pass, type Step } from '../lib/step.ts';
import { checkAcl } from './check-acl.ts';
import { checkClaims } from './check-claims.ts';
import { checkProof } from './check-proof.ts';
import { checkRegistration } from './check-registration.ts';
import type { ResolveConsumer } from './consumer.ts';
import type { Credential } from './credentials/credential.ts';
import { allow, refuse } from './decide.ts';
import type { Decision } from './decision.ts';
import { unavailable, type Refusal } from './refusal.ts';
import { extractCredential } from './extract-credential.ts';
import { permitOpenRoute } from './open-route.ts';
import type { Policy, PolicyTable } from './policy.ts';
import { reasonTable } from './reasons.ts';
import type { AuthzRequest } from './request.ts';
import { readClientId, resolveAnonymous, resolveSubject } from './resolve-subject.ts';
import { selectPolicy } from './select-policy.ts';
import type { Subject } from './subject.ts';
import type { VerifyToken } from './token.ts';
import { startTrail, type Trail } from './trail.ts';

export interface CheckDependencies {
  readonly policies: PolicyTable;
  readonly verifyToken: VerifyToken;
  readonly resolveConsumer: ResolveConsumer;
}

/** Judges one request. Rejects only on a bug; every outcome of a request is a {@link Decision}. */
export type Check = (
  request: AuthzRequest,
  signal: AbortSignal,
  /** Filled in on the way, for whoever has to answer before the end of it. */
  trail?: Trail,
) => Promise<Decision>;

/**
 * The request path: select the policy → extract the credential → verify the token → check its
 * claims → resolve the Consumer → check its registration → check its ACL groups → decide.
 */
export function createCheck(deps: CheckDependencies): Check {
  return async function check(request, signal, trail = startTrail()) {
    const policy = selectPolicy(request, deps.policies);
    if (!policy.ok) return { ...refuse(policy.stop, null), trail };
    trail.service = policy.value.service;
    trail.route = policy.value.route;

    const open = permitOpenRoute(request, policy.value);
    if (open !== null) return { ...allow(request, open, policy.value, null), trail };

    const credential = extractCredential(request, policy.value);
    const authenticated = credential.ok
      ? await authenticate(credential.value, request, policy.value, deps, trail, signal)
      : credential;
    const subject = authenticated.ok
      ? authenticated
      : await standIn(authenticated.stop, policy.value, deps, signal);
    if (!subject.ok) return { ...refuse(subject.stop, policy.value), trail };
    trail.consumer = subject.value.consumer;

    const registered = checkRegistration(subject.value, policy.value);
    if (!registered.ok) return { ...refuse(registered.stop, policy.value), trail };

    const permit = checkAcl(registered.value, policy.value);
    if (!permit.ok) return { ...refuse(permit.stop, policy.value), trail };

    const used = credential.ok ? credential.value : null;
    return { ...allow(request, permit.value, policy.value, used), trail };
  };
}

/** From a credential to who brought it. */
async function authenticate(
  credential: Credential,
  request: AuthzRequest,
  policy: Policy,
  deps: CheckDependencies,
  trail: Trail,
  signal: AbortSignal,
): Promise<Step<Subject, Refusal>> {
  const presented = { token: credential.token, source: request.sourceAddress };
  const verdict = await deps.verifyToken(presented, policy.tokenPlan, signal);
  if (!verdict.ok) return verdict;
  const { token, cache } = verdict.value;
  trail.token = token;
  trail.cache = cache;

  const provider = policy.providers.get(token.provider);
  if (provider === undefined) {
    return halt(unavailable('internal', 'a provider outside the policy verified the token'));
  }
  trail.clientId = readClientId(token, provider);

  const proven = checkProof(token);
  if (!proven.ok) return proven;

  const accepted = checkClaims(token, provider, policy);
  if (!accepted.ok) return accepted;

  return resolveSubject(token, provider, policy, deps.resolveConsumer, signal);
}

/** The anonymous Consumer, where the Service has one and the refusal is one it may stand in for. */
async function standIn(
  refusal: Refusal,
  policy: Policy,
  deps: CheckDependencies,
  signal: AbortSignal,
): Promise<Step<Subject, Refusal>> {
  if (policy.anonymous === null || !reasonTable[refusal.reason].anonymousMayStandIn) {
    return halt(refusal);
  }
  const subject = await resolveAnonymous(policy.anonymous, deps.resolveConsumer, signal);
  return subject.ok ? pass(subject.value) : subject;
}
