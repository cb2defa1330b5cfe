import type { FindSession } from '../admin/postern/revocation-body.ts';
import type { PolicyTable, SessionPolicy } from '../authz/policy.ts';
import type { Clock } from '../lib/clock.ts';
import { halt, pass } from '../lib/step.ts';
import type { Judge } from './judge.ts';

const timeoutMs = 2000;

/** Looks for the session of a cookie at every Service that has sessions, as they are now. */
export function createFindSession(current: () => Judge, clock: Clock): FindSession {
  return async function findSession(cookie) {
    const { ports } = current();
    const signal = AbortSignal.timeout(timeoutMs);
    for (const policy of listPolicies(ports.policies)) {
      const resumed = await ports.sessions.resume(cookie, policy, signal);
      if (resumed.ok) {
        const { id } = resumed.value.marks;
        return pass({ id, endsAt: clock.now() + policy.absoluteMs });
      }
      const { kind, reason, detail } = resumed.stop;
      if (kind === 'unavailable') return halt(detail ?? reason);
    }
    return pass(null);
  };
}

function listPolicies({ services }: PolicyTable): readonly SessionPolicy[] {
  return [...services.values()].flatMap(({ service }) => service.session ?? []);
}
