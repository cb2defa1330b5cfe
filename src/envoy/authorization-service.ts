import type { Check } from '../authz/check.ts';
import { refuse } from '../authz/decide.ts';
import type { Decision } from '../authz/decision.ts';
import { unavailable } from '../authz/refusal.ts';
import type { Outage } from '../authz/reasons.ts';
import type { AuthzRequest } from '../authz/request.ts';
import { startTrail, type Trail } from '../authz/trail.ts';
import { systemClock, type Clock } from '../lib/clock.ts';
import type { MaybePromise } from '../lib/step.ts';
import { undecodable } from './check-codec.ts';
import { limitCall, type CallLimit, type WaitingCall } from './call-limit.ts';
import type { CheckResponseMessage } from './messages.ts';
import { readRequestId } from './request-facts.ts';
import { shapeResponse, type ShapedResponse, type ShapeOptions } from './shape-response.ts';

export interface AuthorizationServiceOptions extends ShapeOptions {
  readonly check: Check;
  /** Checks under way at once; above it the answer is `overloaded`, and nothing is judged. */
  readonly maxInFlight: number;
  /** Time for a Check whose caller set no deadline. */
  readonly defaultTimeoutMs?: number;
  /** Told of every Check once it is answered. What it throws is dropped. */
  readonly onDecision: (event: DecisionEvent) => void;
  readonly clock?: Clock;
  /** Milliseconds from any start, with fractions; measures durations. */
  readonly stopwatch?: () => number;
}

/** One Check, as it ended. */
export interface DecisionEvent {
  readonly decision: Decision;
  readonly request: AuthzRequest;
  /** `x-request-id`, if it can be shown. */
  readonly requestId: string | null;
  /** Status of the client's answer; 200 stands for a request that passes. */
  readonly httpStatus: number;
  readonly durationMs: number;
  /** The caller cancelled, or its deadline passed, before there was an answer. */
  readonly callerGone: boolean;
  /** What was thrown, where a fault made the decision `internal`. */
  readonly error?: unknown;
}

/** A grpc-js call of `Check`, as far as it is used. */
export type CheckCall = WaitingCall & { readonly request: AuthzRequest };
type SendResponse = (error: null, response: CheckResponseMessage) => void;

export interface AuthorizationService {
  /** Handlers of `envoy.service.auth.v3.Authorization`. */
  readonly handlers: { Check(call: CheckCall, send: SendResponse): void };
  /** Checks under way now. */
  inFlight(): number;
}

type Answer = ShapedResponse & { readonly request: AuthzRequest; readonly error?: unknown };

/** Answers Envoy's Checks: read → check → shape. Every call gets exactly one answer, in time. */
export function createAuthorizationService(
  options: AuthorizationServiceOptions,
): AuthorizationService {
  const { clock = systemClock, stopwatch = () => performance.now() } = options;
  let inFlight = 0;

  function answerCall(call: CheckCall, send: SendResponse): void {
    const startedMs = stopwatch();
    const limit = limitCall(call, clock.now(), options.defaultTimeoutMs ?? 10_000);
    inFlight += 1;
    const conclude = (answer: Answer): void => {
      inFlight -= 1;
      limit.release();
      try {
        send(null, answer.message);
      } catch {
        // A call that grpc-js has ended: nobody is left to be told.
      }
      reportAnswer(answer, limit.callerGone, stopwatch() - startedMs, options);
    };
    const answer = answerCheck(call.request, limit, inFlight > options.maxInFlight, options);
    if (answer instanceof Promise) void answer.then(conclude);
    else conclude(answer);
  }

  return {
    handlers: {
      Check: answerCall,
    },
    inFlight: () => inFlight,
  };
}

/** The one place where an exception is caught: it becomes *unavailable*, never an allow. */
function answerCheck(
  request: AuthzRequest,
  limit: CallLimit,
  overloaded: boolean,
  options: AuthorizationServiceOptions,
): MaybePromise<Answer> {
  const trail = startTrail();
  const shape = (decision: Decision): Answer => {
    const shaped = shapeResponse(decision, request, options);
    return { ...shaped, request };
  };
  // Shaped without the request, which may be what the fault was about.
  const shapeFault = (error: unknown): Answer => {
    const shaped = shapeResponse(giveUp('internal', trail), undecodable, options);
    return { ...shaped, request, error };
  };
  try {
    if (request === undecodable) throw new TypeError('the CheckRequest cannot be decoded');
    if (overloaded) return shape(giveUp('overloaded', trail));
    if (limit.signal.aborted) return shape(giveUp('deadline_exceeded', trail));
    const decision = options.check(request, limit.signal, trail);
    if (!(decision instanceof Promise)) return shape(decision);
    return untilAborted(decision, limit.signal, trail).then(shape).catch(shapeFault);
  } catch (error) {
    return shapeFault(error);
  }
}

/** The decision, or that there was none in time. */
function untilAborted(
  decision: Promise<Decision>,
  signal: AbortSignal,
  trail: Trail,
): Promise<Decision> {
  return new Promise((resolve, reject) => {
    decision.then(resolve, reject);
    const leave = () => {
      resolve(giveUp('deadline_exceeded', trail));
    };
    // One turn later, so that a check which heeds the signal can say for itself how far it came.
    signal.addEventListener('abort', () => setImmediate(leave), { once: true });
  });
}

function giveUp(reason: Outage, trail: Trail): Decision {
  return { ...refuse(unavailable(reason), null), trail };
}

function reportAnswer(
  { decision, httpStatus, request, error }: Answer,
  callerGone: boolean,
  durationMs: number,
  { onDecision }: AuthorizationServiceOptions,
): void {
  const requestId = readRequestId(request);
  const event = { decision, request, requestId, httpStatus, durationMs, callerGone };
  try {
    onDecision(error === undefined ? event : { ...event, error });
  } catch {
    // The answer has left; a log that cannot be written must not end the process.
  }
}
