import { hash } from 'node:crypto';
import type { SessionPolicy } from '../authz/policy.ts';
import type { SessionOpening, Sessions } from '../authz/session.ts';
import { revocableText } from '../lib/revocable-text.ts';
import { halt, type Step } from '../lib/step.ts';
import { describeOpening, mayHaveSession } from './describe-opening.ts';
import { writeSession } from './write-session.ts';
import { OpenedTokens } from './opened-tokens.ts';
import { saysTheSame } from './says-the-same.ts';
import type { SessionContent } from './session-content.ts';
import { stateOf } from './session-state.ts';
import type { NotKept, SessionTools } from './session-tools.ts';

/** A store that failed is left alone for so long, since each try may cost a request its time-out. */
const pauseMs = 1000;

/**
 * Opens a session for a token, once. It is a convenience: what stands in its way is told, and the
 * request that brought the token goes on without one.
 */
export function createOpen(
  tools: SessionTools,
  resume: Sessions['resume'],
  maxEntries: number,
): Sessions['open'] {
  const { readTerms, clock, report } = tools;
  const opened = new OpenedTokens(maxEntries, readTerms);
  let failedAt = -Infinity;

  return function open(opening, policy, signal) {
    const { token } = opening;
    if (!policy.openedBy.has(token.method) || opened.has(token, policy)) return null;
    return mayHaveSession(token) ? openOnce(opening, policy, signal) : null;
  };

  async function openOnce(
    opening: SessionOpening,
    policy: SessionPolicy,
    signal: AbortSignal,
  ): Promise<string | null> {
    const { token, accessToken } = opening;
    const now = clock.now();
    if (Math.abs(now - failedAt) < pauseMs) return null;
    const tokenHash = hash('sha256', revocableText(accessToken), 'base64url');
    // Before anything is awaited: of many simultaneous requests one opens the session.
    if (!opened.take(token, tokenHash, policy)) return null;
    const content = describeOpening(opening, tokenHash, policy, readTerms(policy), now);
    const kept = await openBeside(opening.cookie, content, policy, signal);
    if (kept.ok) return kept.value;
    if (kept.stop !== 'too_large') opened.giveBack(token, tokenHash, policy);
    if (kept.stop === 'store_unavailable') failedAt = clock.now();
    return null;
  }

  async function openBeside(
    cookie: string | null,
    content: SessionContent,
    policy: SessionPolicy,
    signal: AbortSignal,
  ): Promise<Step<string | null, NotKept | 'not_due'>> {
    const present = cookie === null ? null : await resume(cookie, policy, signal);
    if (present?.ok === true) {
      // Somebody else's may have been planted, to have this caller go on under another name.
      if (saysTheSame(stateOf(present.value).content, content)) return halt('not_due');
    } else if (present?.stop.kind === 'unavailable') {
      const reason = 'store_unavailable';
      report.sessionNotKept?.({ service: policy.service, step: 'open', reason });
      return halt(reason);
    }
    return writeSession({ content, before: null }, policy, tools, signal);
  }
}
