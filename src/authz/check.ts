import { halt, pass, type MaybePromise, type Step } from '../lib/step.ts';
import { whenPassed } from '../lib/when-passed.ts';
import { whenThere } from '../lib/when-there.ts';
import { answerItself } from './answer-itself.ts';
import { checkAcl } from './check-acl.ts';
import { checkRegistration } from './check-registration.ts';
import type { CheckContext } from './context.ts';
import type { Credential } from './credentials/credential.ts';
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

/**
 * Judges one request, at once where nothing has to be asked for. Throws or rejects only on a bug;
 * every outcome of a request is a {@link Decision}.
 */
export type Check = (
  request: AuthzRequest,
  signal: AbortSignal,
  /** Filled in on the way, for whoever has to answer before the end of it. */
  trail?: Trail,
) => MaybePromise<Decision>;

type Outcome = Allow | (Refusal & Answered);

/**
 * The request path: select the policy → extract the credential → authenticate it → check that it is not
 * revoked, its proof and its claims → resolve the Consumer → check its registration → check its ACL
 * groups → decide.
 */
export function createCheck(deps: CheckDependencies): Check {
  return function check(request, signal, trail = startTrail()) {
    const selected = selectPolicy(request, deps.policies);
    if (!selected.ok) return { ...refuse(selected.stop, null), trail };
    const policy = selected.value;
    trail.service = policy.service;
    trail.route = policy.route;

    const page = answerItself(request, policy, deps.sessions, signal);
    if (page !== null) {
      return whenThere(page, (answer) => ({
        ...(answer.ok ? answer.value : refuse(answer.stop, policy)),
        trail,
      }));
    }
    const open = permitOpenRoute(request, policy);
    if (open !== null) return { ...allow({ request, policy, permit: open }), trail };

    const outcome = judge({ request, policy, trail, signal }, deps);
    return whenThere(outcome, (decided) => ({ ...decided, trail }));
  };
}

/** The path of a request that has to show who makes it. */
function judge(context: CheckContext, deps: CheckDependencies): MaybePromise<Outcome> {
  const { request, policy } = context;
  const credential = extractCredential(request, policy);
  const identified = credential.ok ? identify(credential.value, context, deps) : credential;
  const admitted = whenThere(identified, (one) =>
    one.ok ? one : standIn(one.stop, context, deps),
  );
  const used = credential.ok ? credential.value : null;
  return whenThere(admitted, (one) =>
    one.ok ? admit(one.value, used, context, deps) : refuse(one.stop, policy),
  );
}

/** Whether who makes the request may make it: the Service's registration, then its groups. */
function admit(
  identified: Identified,
  used: Credential | null,
  context: CheckContext,
  deps: CheckDependencies,
): MaybePromise<Outcome> {
  const { request, policy, trail } = context;
  trail.consumer = identified.subject.consumer;

  const registered = checkRegistration(identified.subject, policy);
  if (!registered.ok) return refuse(registered.stop, policy);

  const permit = checkAcl(registered.value, policy);
  if (!permit.ok) return refuse(permit.stop, policy);

  return whenThere(equipRequest(permit.value, identified, context, deps), (equipment) =>
    allow({ request, policy, permit: permit.value, used, trail, ...equipment }),
  );
}

/** The anonymous Consumer, where the Service has one and the refusal is one it may stand in for. */
function standIn(
  refusal: Refusal,
  { policy, trail, signal }: CheckContext,
  deps: CheckDependencies,
): MaybePromise<Step<Identified, Refusal>> {
  if (policy.anonymous === null || !reasonTable[refusal.reason].anonymousMayStandIn) {
    return halt(refusal);
  }
  return whenPassed(resolveAnonymous(policy.anonymous, deps.resolveConsumer, signal), (subject) => {
    forgetCaller(trail);
    const responseHeaders = refusal.kind === 'deny' ? (refusal.headers ?? []) : [];
    return pass({ subject, authenticated: null, responseHeaders });
  });
}
