import { LineLimit } from './line-limit.ts';
import type { TelemetryOptions } from './events.ts';

export interface SessionEvents {
  readonly sessionChanged: (event: {
    readonly service: string;
    readonly change: 'opened' | 'renewed' | 'ended';
  }) => void;
  /** A request went on without the session cookie that was due to it. */
  readonly sessionNotKept: (event: SessionNotKeptEvent) => void;
}

export interface SessionNotKeptEvent {
  readonly service: string;
  readonly step: 'open' | 'renew';
  /** `too_large`: for a cookie. */
  readonly reason: 'too_large' | 'store_unavailable';
}

/** Lines a second for each Service and reason: every new token may be one. */
const linesPerSecond = 1;

export function tellOfSessions({
  logger,
  metrics,
  clock,
}: Pick<TelemetryOptions, 'logger' | 'metrics' | 'clock'>): SessionEvents {
  const limit = new LineLimit({
    perSecond: linesPerSecond,
    clock,
    onLeftOut: (key, count) => {
      logger.warn({ key, count }, 'lines about sessions that were not kept are left out');
    },
  });
  return {
    sessionChanged({ change }) {
      metrics.sessions([change]);
    },
    sessionNotKept({ service, step, reason }) {
      metrics.sessions([reason]);
      if (!limit.admit(`${reason} ${service}`)) return;
      logger.warn({ service, step, reason }, 'a session could not be kept');
    },
  };
}
