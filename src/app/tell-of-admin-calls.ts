import type { AnsweredCall } from '../admin/admin-api.ts';
import type { Telemetry } from '../telemetry/events.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { LogFields } from '../telemetry/redact.ts';

export interface Told {
  readonly logger: Pick<Logger, 'debug' | 'info'>;
  readonly telemetry: Pick<Telemetry, 'adminAnswered'>;
}

/** Makes a line and a count of each request to the Admin API. */
export function createTellOfCalls({ logger, telemetry }: Told): (call: AnsweredCall) => void {
  return function tellOfCall(call) {
    const { status, durationMs: ms } = call;
    const method = knownMethods.has(call.method) ? call.method : 'other';
    telemetry.adminAnswered({ method, route: call.route ?? 'none', status, ms });
    // What only looks is many lines and little news.
    const isLook = call.method === 'GET' && status < 400;
    logger[isLook ? 'debug' : 'info'](describeCall(call), 'admin request');
  };
}

/** A caller may write whatever it likes there, and each is a label. */
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

function describeCall(call: AnsweredCall): LogFields {
  return {
    request_id: call.requestId,
    method: call.method,
    route: call.route,
    http_status: call.status,
    ...(call.callerGone && { caller_gone: true }),
    actor: call.actor,
    role: call.role,
    source: call.source,
    duration_ms: Math.round(call.durationMs * 10) / 10,
    ...(call.detail !== null && { detail: call.detail }),
  };
}
