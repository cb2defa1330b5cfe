import type { SessionPolicy } from '../authz/policy.ts';
import type { Sessions } from '../authz/session.ts';
import { keepSession } from './keep-session.ts';
import { stateOf, type SessionState } from './session-state.ts';
import type { SessionTools } from './session-tools.ts';

/**
 * Renews a session, at most once in a quarter of its idle time: it keeps its beginning and its end.
 * So a session ends no sooner than three quarters of `idle_timeout` after its last use.
 */
export function createRenew(tools: SessionTools): Sessions['renew'] {
  const { clock } = tools;
  /** Requests that are under way with the old cookie need no cookie each. */
  const renewedAt = new WeakMap<SessionState, number>();

  return function renew(session, policy, signal) {
    const state = stateOf(session);
    const now = clock.now();
    const quarter = policy.idleMs / 4;
    if (now - state.content.issuedAt < quarter) return null;
    if (now - (renewedAt.get(state) ?? -Infinity) < quarter) return null;
    renewedAt.set(state, now);
    return renewNow(state, now, policy, signal);
  };

  async function renewNow(
    state: SessionState,
    now: number,
    policy: SessionPolicy,
    signal: AbortSignal,
  ): Promise<string | null> {
    const content = { ...state.content, issuedAt: now };
    const kept = await keepSession({ content, before: state }, policy, tools, signal);
    return kept.ok ? kept.value : null;
  }
}
