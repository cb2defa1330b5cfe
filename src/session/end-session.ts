import type { Sessions } from '../authz/session.ts';
import { pass } from '../lib/step.ts';
import { untilAborted } from '../lib/until-aborted.ts';
import { deadlineExceeded, type SessionTools } from './session-tools.ts';
import { clearCookie } from './set-cookie.ts';

/**
 * Ends sessions. One in a store is over everywhere; one that is its cookie is only taken from the
 * browser: whoever copied it has it until its time is over.
 */
export function createEnd({ shelf, readTerms, report }: SessionTools): Sessions['end'] {
  return async function end(cookies, policy, signal) {
    if (cookies.length === 0) return pass(null);
    const work = shelf.remove(cookies, readTerms(policy).binding);
    const removed =
      work instanceof Promise ? await untilAborted(work, signal, deadlineExceeded) : work;
    if (!removed.ok) return removed;
    if (removed.value > 0) {
      report.sessionChanged?.({ service: policy.service, change: 'ended' });
    }
    return pass(clearCookie(policy));
  };
}
