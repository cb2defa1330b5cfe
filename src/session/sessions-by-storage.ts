import type { SessionPolicy } from '../authz/policy.ts';
import type { Sessions } from '../authz/session.ts';

/** Sessions of all Services, each kept where its policy says; null = no Service may say that. */
export function sessionsByStorage(
  kept: Readonly<Record<SessionPolicy['storage'], Sessions | null>>,
): Sessions {
  function choose({ service, storage }: SessionPolicy): Sessions {
    const sessions = kept[storage];
    if (sessions !== null) return sessions;
    // The configuration was checked for that when it was loaded.
    throw new TypeError(`sessions of ${service} have no place: ${storage}`);
  }

  return {
    resume: (cookie, policy, signal) => choose(policy).resume(cookie, policy, signal),
    clearing: (policy) => choose(policy).clearing(policy),
    open: (opening, policy, signal) => choose(policy).open(opening, policy, signal),
    renew: (session, policy, signal) => choose(policy).renew(session, policy, signal),
    end: (cookies, policy, signal) => choose(policy).end(cookies, policy, signal),
  };
}
