import type { Decision } from '../authz/decision.ts';
import type { Clock } from '../lib/clock.ts';
import type { DecisionEvent } from './decision-event.ts';
import { LineLimit } from './line-limit.ts';
import type { Logger } from './logger.ts';
import type { LogFields } from './redact.ts';

export interface DecisionLogOptions {
  readonly logger: Logger;
  /** Share of allows that get a line, from 0 to 1. */
  readonly sampleAllows: number;
  readonly clock: Clock;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

/** Denials and unavailables of one reason that get a line within a second. */
const linesPerSecond = 100;

/** Writes one line per decision, as far as sampling and the limit per reason let it. */
export function createDecisionLog(options: DecisionLogOptions): (event: DecisionEvent) => void {
  const { logger, sampleAllows, clock, random } = options;
  const limit = new LineLimit({
    perSecond: linesPerSecond,
    clock,
    onLeftOut: (reason, count) => {
      logger.warn({ reason, left_out: count }, 'decision lines left out');
    },
  });

  return function logDecision(event) {
    const { decision } = event;
    const admitted =
      decision.kind === 'allow' ? random() < sampleAllows : limit.admit(decision.reason);
    if (!admitted) return;
    const fields = describe(event);
    if (event.error !== undefined) logger.error(fields, 'decision');
    else if (decision.kind === 'unavailable') logger.warn(fields, 'decision');
    else logger.info(fields, 'decision');
  };
}

/** Exactly the fields of the log's contract; `detail` and `err` where a refusal has them. */
function describe({
  decision,
  requestId,
  httpStatus,
  durationMs,
  error,
}: DecisionEvent): LogFields {
  const { trail } = decision;
  return {
    request_id: requestId,
    decision: decision.kind,
    reason: decision.reason,
    http_status: httpStatus,
    service: trail.service,
    route: trail.route,
    consumer: trail.consumer?.username ?? trail.consumer?.customId ?? null,
    client_id: trail.clientId,
    issuer: trail.token?.issuer ?? null,
    auth_method: trail.token?.method ?? null,
    cache: trail.cache,
    duration_ms: Math.round(durationMs * 1000) / 1000,
    ...describeRefusal(decision),
    ...(error === undefined ? {} : { err: error }),
  };
}

function describeRefusal(decision: Decision): LogFields {
  return 'detail' in decision ? { detail: decision.detail } : {};
}
