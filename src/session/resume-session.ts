import type { SessionPolicy } from '../authz/policy.ts';
import { deny, type Refusal, type Unavailable } from '../authz/refusal.ts';
import type { Session, Sessions } from '../authz/session.ts';
import { halt, type Step } from '../lib/step.ts';
import { untilAborted } from '../lib/until-aborted.ts';
import { judgeContent } from './judge-content.ts';
import type { NotFound } from './session-shelf.ts';
import type { FoundSession } from './session-state.ts';
import { deadlineExceeded, type SessionTools } from './session-tools.ts';

/** Finds the session of a cookie and judges it, anew each time, by the policy and the clock. */
export function createResume({ shelf, readTerms, clock }: SessionTools): Sessions['resume'] {
  return function resume(cookie, policy, signal) {
    const found = shelf.find(cookie, readTerms(policy).binding);
    return found instanceof Promise
      ? untilAborted(
          found.then((value) => judge(value, policy)),
          signal,
          deadlineExceeded,
        )
      : judge(found, policy);
  };

  function judge(
    found: Step<FoundSession | NotFound, Unavailable>,
    policy: SessionPolicy,
  ): Step<Session, Refusal> {
    if (!found.ok) return found;
    const terms = readTerms(policy);
    const session = found.value;
    const problem =
      typeof session === 'string'
        ? session
        : judgeContent(session.state.content, policy, terms, clock.now());
    if (problem !== null || typeof session === 'string') {
      return halt(deny('session_invalid', problem ?? undefined, terms.clearing));
    }
    return session.resumed;
  }
}
