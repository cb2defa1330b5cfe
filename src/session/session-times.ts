import type { SessionPolicy } from '../authz/policy.ts';
import type { SessionContent } from './session-content.ts';

type Times = Pick<SessionContent, 'openedAt' | 'issuedAt' | 'tokenExpiresAt'>;
type Limits = Pick<SessionPolicy, 'idleMs' | 'absoluteMs'>;

/** First moment at which the session is over whatever the client does; epoch milliseconds. */
export function endOf({ openedAt, tokenExpiresAt }: Times, { absoluteMs }: Limits): number {
  return Math.min(openedAt + absoluteMs, tokenExpiresAt ?? Infinity);
}

/** Which of its times is over, for the log; null while it is good. */
export function judgeTimes(times: Times, limits: Limits, now: number): string | null {
  if (times.tokenExpiresAt !== null && now >= times.tokenExpiresAt) return 'its token has expired';
  if (now >= times.openedAt + limits.absoluteMs) return 'older than absolute_timeout';
  if (now >= times.issuedAt + limits.idleMs) return 'not used for idle_timeout';
  return null;
}
