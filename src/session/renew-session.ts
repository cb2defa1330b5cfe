import { LRUCache } from 'lru-cache';
import type { SessionPolicy } from '../authz/policy.ts';
import type { Sessions } from '../authz/session.ts';
import { writeSession } from './write-session.ts';
import { nameSession, stateOf, type SessionState } from './session-state.ts';
import type { SessionTools } from './session-tools.ts';

/** A store that failed is left alone for so long: each request of the session would try again. */
const pauseMs = 1000;

/**
 * Renews a session, at most once in a quarter of its idle time: it keeps its beginning and its end.
 * So a session ends no sooner than three quarters of `idle_timeout` after its last use.
 */
export function createRenew(tools: SessionTools, maxEntries: number): Sessions['renew'] {
  const { clock } = tools;
  /**
   * When the next try is due. Requests that are under way with what was renewed meanwhile need no
   * cookie each, nor a command to the store each, which gives every one of them a state of its own.
   */
  const due = new LRUCache<string, number>({ max: maxEntries });

  return function renew(session, policy, signal) {
    const state = stateOf(session);
    const now = clock.now();
    const quarter = policy.idleMs / 4;
    if (now - state.content.issuedAt < quarter) return null;
    const key = nameSession(state.content);
    if (now < (due.get(key) ?? -Infinity)) return null;
    due.set(key, now + quarter);
    return renewNow(state, now, policy, signal);
  };

  async function renewNow(
    state: SessionState,
    now: number,
    policy: SessionPolicy,
    signal: AbortSignal,
  ): Promise<string | null> {
    const content = { ...state.content, issuedAt: now };
    const kept = await writeSession({ content, before: state }, policy, tools, signal);
    if (kept.ok) return kept.value;
    const retryMs = Math.min(pauseMs, policy.idleMs / 4);
    if (kept.stop === 'store_unavailable') due.set(nameSession(content), now + retryMs);
    return null;
  }
}
