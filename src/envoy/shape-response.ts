import type { Allow, Answer, Answered, Decision, HeaderChanges } from '../authz/decision.ts';
import { unavailable, type HeaderLine, type Refusal } from '../authz/refusal.ts';
import { isHeaderSafe } from '../authz/header-value.ts';
import { Permit } from '../authz/permit.ts';
import { reasonTable } from '../authz/reason-table.ts';
import { answerGrpcStatus } from '../authz/reasons.ts';
import type { AuthzRequest } from '../authz/request.ts';
import { describeDecision } from './decision-metadata.ts';
import { findUnsafeChange } from './header-limits.ts';
import type {
  CheckResponseMessage,
  DeniedHttpResponseMessage,
  HeaderValueOptionMessage,
  OkHttpResponseMessage,
  StructMessage,
} from './messages.ts';
import { writeRefusalBody } from './refusal-body.ts';
import { isGrpcCall, readRequestId } from './request-facts.ts';

export interface ShapeOptions {
  /**
   * `deny`: an outage is a denied 503. `envoy_decides`: it is an `error_response`, so that Envoy's
   * `failure_mode_allow` can turn it into an allow.
   */
  readonly unavailable: 'deny' | 'envoy_decides';
}

export interface ShapedResponse {
  readonly message: CheckResponseMessage;
  /** What was sent; differs from what was asked for where an allow could not be trusted. */
  readonly decision: Decision;
  /** Status that the client gets; 200 stands for a request that passes. */
  readonly httpStatus: number;
}

const retryAfterSeconds = '1';

/** From a decision to Envoy's `CheckResponse`. Its `status.code` is 0 for a minted permit only. */
export function shapeResponse(
  asked: Decision,
  request: AuthzRequest,
  options: ShapeOptions,
): ShapedResponse {
  if (asked.kind === 'allow' && asked.repeats && Permit.isMinted(asked.permit)) {
    const message = repeated.get(asked.headers);
    if (message !== undefined) return { message, decision: asked, httpStatus: 200 };
  }
  const decision = distrust(asked);
  const dynamic_metadata = describeDecision(decision);
  if (decision.kind === 'allow') {
    return { message: shapeAllow(decision, dynamic_metadata), decision, httpStatus: 200 };
  }
  if (decision.kind === 'answer') {
    const message = {
      status: { code: answerGrpcStatus },
      denied_response: shapeAnswer(decision),
      dynamic_metadata,
    };
    return { message, decision, httpStatus: decision.status };
  }
  const row = reasonTable[decision.reason];
  const status = { code: row.grpc };
  const refused = shapeRefusal(decision, request);
  const message =
    decision.kind === 'unavailable' && options.unavailable === 'envoy_decides'
      ? { status, error_response: refused, dynamic_metadata }
      : { status, denied_response: refused, dynamic_metadata };
  return { message, decision, httpStatus: row.http };
}

/** An allow without a permit, or with headers that Envoy would not take as they are, is a fault. */
function distrust(decision: Decision): Decision {
  if (decision.kind !== 'allow') return decision;
  if (!Permit.isMinted(decision.permit)) return shapeFault(decision, 'an allow without a permit');
  const unsafe = findUnsafeChange(decision.headers);
  return unsafe === null ? decision : shapeFault(decision, unsafe);
}

function shapeFault({ trail }: Decision, detail: string): Decision {
  const words: Answered = {
    message: reasonTable.internal.message,
    challenges: [],
    answerHeaders: [],
    exposeReason: false,
  };
  return { ...unavailable('internal', detail), ...words, trail };
}

/** Messages of allows that repeat, by what repeats of them. */
const repeated = new WeakMap<HeaderChanges, CheckResponseMessage>();

function shapeAllow(decision: Allow, dynamic_metadata: StructMessage): CheckResponseMessage {
  const ok_response = shapeOk(decision);
  const message = { status: { code: 0 }, ok_response, dynamic_metadata };
  if (!decision.repeats) return message;
  const again = { ...message, repeats: true } as const;
  repeated.set(decision.headers, again);
  return again;
}

function shapeOk({ headers, responseHeaders }: Allow): OkHttpResponseMessage {
  return {
    headers: headers.set.map(([name, value]) => writeHeader(name, value)),
    headers_to_remove: headers.remove,
    response_headers_to_add: safeLines(responseHeaders).map(([name, value]) =>
      name === 'set-cookie' ? appendHeader(name, value) : writeHeader(name, value),
    ),
    query_parameters_to_remove: headers.removeQuery,
  };
}

function shapeAnswer({ status, headers, body }: Answer): DeniedHttpResponseMessage {
  return { status: { code: status }, headers: writeHeaders(headers), body };
}

function shapeRefusal(
  refusal: Refusal & Answered,
  request: AuthzRequest,
): DeniedHttpResponseMessage {
  const row = reasonTable[refusal.reason];
  const headers: HeaderLine[] = [['cache-control', 'no-store']];
  for (const challenge of refusal.challenges) headers.push(['www-authenticate', challenge]);
  if (row.http === 503) headers.push(['retry-after', retryAfterSeconds]);
  if (refusal.exposeReason) headers.push(['x-postern-reason', refusal.reason]);
  headers.push(...refusal.answerHeaders);

  const message = refusal.message.toWellFormed();
  const content = isGrpcCall(request)
    ? writeGrpcRefusal(message, row.grpc)
    : writeHttpRefusal(message, request);
  headers.push(...content.headers);
  return { status: { code: row.http }, headers: writeHeaders(headers), body: content.body };
}

function writeHeaders(headers: readonly HeaderLine[]): readonly HeaderValueOptionMessage[] {
  return safeLines(headers).map(([name, value]) => writeHeader(name, value));
}

function safeLines(headers: readonly HeaderLine[]): readonly HeaderLine[] {
  return headers.filter(([, value]) => isHeaderSafe(value));
}

interface Content {
  readonly headers: readonly [string, string][];
  readonly body: string;
}

function writeHttpRefusal(message: string, request: AuthzRequest): Content {
  const { contentType, body } = writeRefusalBody(request, message, readRequestId(request));
  return { headers: [['content-type', contentType]], body };
}

/** Envoy makes `grpc-message` of the body; its own guess at `grpc-status` differs from the table. */
function writeGrpcRefusal(message: string, grpcStatus: number): Content {
  const headers: [string, string][] = [
    ['content-type', 'application/grpc'],
    ['grpc-status', String(grpcStatus)],
  ];
  return { headers, body: message.replaceAll(/\s+/g, ' ').trim().slice(0, 200) };
}

/** Beside what the upstream says under that name: its own cookies stay. */
function appendHeader(key: string, value: string): HeaderValueOptionMessage {
  return {
    header: { key, value },
    append: { value: true },
    append_action: 'APPEND_IF_EXISTS_OR_ADD',
  };
}

/** `append` stays unset and the action is always said: what neither means differs by version. */
function writeHeader(key: string, value: string): HeaderValueOptionMessage {
  const option = { header: { key, value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' } as const;
  return value === '' ? { ...option, keep_empty_value: true } : option;
}
