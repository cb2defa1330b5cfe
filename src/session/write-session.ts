import type { SessionPolicy } from '../authz/policy.ts';
import { halt, pass, type Step } from '../lib/step.ts';
import { untilAborted } from '../lib/until-aborted.ts';
import type { SessionContent } from './session-content.ts';
import { endOf } from './session-times.ts';
import type { SessionState } from './session-state.ts';
import { deadlineExceeded, type NotKept, type SessionTools } from './session-tools.ts';
import { maxSetCookieLength, writeCookie } from './set-cookie.ts';

/** A session as it is to be from now on. */
export interface Wanted {
  readonly content: SessionContent;
  /** Null = a new one. */
  readonly before: SessionState | null;
}

/**
 * Writes a session and tells what came of it. Gives the value of `set-cookie`; null where the session
 * is over, or as good as over.
 */
export async function writeSession(
  wanted: Wanted,
  policy: SessionPolicy,
  tools: SessionTools,
  signal: AbortSignal,
): Promise<Step<string | null, NotKept>> {
  const { service } = policy;
  const isNew = wanted.before === null;
  const kept = await writeToShelf(wanted, policy, tools, signal);
  if (!kept.ok) {
    const step = isNew ? 'open' : 'renew';
    tools.report.sessionNotKept?.({ service, step, reason: kept.stop });
  } else if (kept.value !== null) {
    tools.report.sessionChanged?.({ service, change: isNew ? 'opened' : 'renewed' });
  }
  return kept;
}

async function writeToShelf(
  { content, before }: Wanted,
  policy: SessionPolicy,
  { shelf, readTerms }: SessionTools,
  signal: AbortSignal,
): Promise<Step<string | null, NotKept>> {
  const lifeMs = endOf(content, policy) - content.issuedAt;
  const maxAgeS = Math.floor(lifeMs / 1000);
  if (maxAgeS < 1) return pass(null);
  const ttlMs = Math.floor(Math.min(policy.idleMs, lifeMs));
  const keeping = { content, binding: readTerms(policy).binding, ttlMs };
  const work = before === null ? shelf.add(keeping) : shelf.renew(before, keeping);
  const kept = work instanceof Promise ? await untilAborted(work, signal, deadlineExceeded) : work;
  if (!kept.ok) return halt('store_unavailable');
  if (kept.value === null) return pass(null);
  const cookie = writeCookie(policy, kept.value, maxAgeS);
  return cookie.length > maxSetCookieLength ? halt('too_large') : pass(cookie);
}
