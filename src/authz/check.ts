import { halt, pass, type Step } from '../lib/step.ts';
import { answerItself } from './answer-itself.ts';
import { checkAcl } from './check-acl.ts';
import { checkRegistration } from './check-registration.ts';
import type { CheckContext } from './context.ts';
import { allow, refuse } from './decide.ts';
import type { Allow, Answered, Decision } from './decision.ts';
import { equipRequest } from './equip-request.ts';
import { extractCredential } from './extract-credential.ts';
import { identify, type Identified, type IdentityDependencies } from './identify.ts';
import { permitOpenRoute } from './open-route.ts';
import type { PolicyTable } from './policy.ts';
import { reasonTable } from './reason-table.ts';
import type { Refusal } from './refusal.ts';
import type { AuthzRequest } from './request.ts';
import { resolveAnonymous } from './resolve-subject.ts';
import { selectPolicy } from './select-policy.ts';
import { forgetCaller, startTrail, type Trail } from './trail.ts';
import type { SignUpstreamJwt } from './upstream-jwt.ts';

export interface CheckDependencies extends IdentityDependencies {
  readonly policies: PolicyTable;
  readonly signUpstreamJwt: SignUpstreamJwt;
}

/** Judges one request. Rejects only on a bug; every outcome of a request is a {@link Decision}. */
export type Check = (
  request: AuthzRequest,
  signal: AbortSignal,
  /** Filled in on the way, for whoever has to answer before the end of it. */
  trail?: Trail,
) => Promise<Decision>;

/**
 * The request path: select the policy → extract the credential → authenticate it → check that it is not
 * revoked, its proof and its claims → resolve the Consumer → check its registration → check its ACL
 * groups → decide.
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
