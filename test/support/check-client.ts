import {
  Client,
  credentials,
  Metadata,
  type ChannelCredentials,
  type ClientUnaryCall,
} from '@grpc/grpc-js';
import { loadAuthorizationProto } from '../../src/envoy/authorization-proto.ts';
import type { CheckRequestMessage } from '../../src/envoy/messages.ts';

/** What Envoy would say about one request. Names of headers are sent in lower case, as Envoy does. */
export interface CheckInput {
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly scheme?: string;
  readonly protocol?: string;
  /** A list of values is sent as repeated headers; the `headers` map joins them, as Envoy does. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly contextExtensions?: Readonly<Record<string, string>>;
  readonly sourceAddress?: string;
  /** `header_map` is what Envoy sends with `encode_raw_headers`. */
  readonly encoding?: 'headers' | 'header_map';
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

/** Envoy's answer, in plain values. */
export interface CheckResult {
  /** `status.code`; null when there is no `status`, which Envoy takes for OK. */
  readonly code: number | null;
  readonly allowed: boolean;
  readonly httpStatus: number | null;
  /** Headers set upstream (allow) or sent to the client (refusal); several of a name in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly removed: readonly string[];
  readonly body: string;
  readonly kind: 'ok_response' | 'denied_response' | 'error_response' | null;
  readonly metadata: unknown;
  /** The message as it came, for whatever is not above. */
  readonly raw: RawCheckResponse;
}

interface RawHeaderOption {
  readonly header?: { readonly key?: string; readonly value?: string };
  readonly append?: unknown;
  readonly append_action?: string;
}

interface RawHttpResponse {
  readonly status?: { readonly code?: string | number };
  readonly headers?: readonly RawHeaderOption[];
  readonly headers_to_remove?: readonly string[];
  readonly body?: string;
}

export interface RawCheckResponse {
  readonly status?: { readonly code?: number } | null;
  readonly ok_response?: RawHttpResponse;
  readonly denied_response?: RawHttpResponse;
  readonly error_response?: RawHttpResponse;
  readonly dynamic_metadata?: unknown;
}

export interface CheckClient {
  check(input?: CheckInput): Promise<CheckResult>;
  /** For messages that {@link CheckInput} cannot express. */
  send(message: object, options?: SendOptions): Promise<CheckResult>;
  close(): void;
}

interface SendOptions {
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

export interface CheckClientOptions {
  readonly credentials?: ChannelCredentials;
}

const checkMethod = loadAuthorizationProto().service.Check;

/** Calls a running Postern as Envoy does. `address` is `host:port` or `unix:/path`. */
export function createCheckClient(address: string, options: CheckClientOptions = {}): CheckClient {
  const client = new Client(address, options.credentials ?? credentials.createInsecure());
  const send: CheckClient['send'] = (message, { deadlineMs = 10_000, signal } = {}) =>
    new Promise((resolve, reject) => {
      const deadline = Date.now() + deadlineMs;
      const call: ClientUnaryCall = client.makeUnaryRequest(
        checkMethod.path,
        checkMethod.requestSerialize,
        checkMethod.responseDeserialize,
        message,
        new Metadata(),
        { deadline },
        (error, response) => {
          if (error !== null) reject(error);
          else resolve(readResult(response ?? {}));
        },
      );
      signal?.addEventListener('abort', () => {
        call.cancel();
      });
    });
  return {
    check: (input = {}) => send(createCheckRequest(input), input),
    send,
    close: () => {
      client.close();
    },
  };
}

/** The `CheckRequest` that Envoy would send. */
export function createCheckRequest(input: CheckInput = {}): CheckRequestMessage {
  const { method = 'GET', path = '/', host = 'localhost', scheme = 'http' } = input;
  const pseudo = { ':method': method, ':path': path, ':authority': host, ':scheme': scheme };
  const headers = Object.entries({ ...pseudo, ...input.headers }).flatMap(([name, value]) =>
    [value].flat().map((single) => [name.toLowerCase(), single] as const),
  );
  const protocol = input.protocol ?? 'HTTP/1.1';
  return {
    attributes: {
      source: { address: { socket_address: { address: input.sourceAddress ?? '127.0.0.1' } } },
      request: {
        http: { method, path, host, scheme, protocol, ...encodeHeaders(headers, input.encoding) },
      },
      context_extensions: input.contextExtensions ?? {},
    },
  };
}

type HeaderList = readonly (readonly [name: string, value: string])[];

function encodeHeaders(headers: HeaderList, encoding: CheckInput['encoding'] = 'headers') {
  if (encoding === 'header_map') {
    const list = headers.map(([key, value]) => ({ key, raw_value: Buffer.from(value) }));
    return { header_map: { headers: list } };
  }
  const joined = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return { headers: Object.fromEntries(joined) };
}

const statusNumbers: Readonly<Record<string, number>> = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  ServiceUnavailable: 503,
};

function readResult(raw: RawCheckResponse): CheckResult {
  const kind = findKind(raw);
  const http: RawHttpResponse = kind === null ? {} : (raw[kind] ?? {});
  // An absent code is 0; an absent status is what must never be sent.
  const code = raw.status == null ? null : (raw.status.code ?? 0);
  const status = http.status?.code;
  return {
    code,
    allowed: code === 0 || code === null,
    httpStatus: typeof status === 'string' ? (statusNumbers[status] ?? null) : (status ?? null),
    headers: (http.headers ?? []).map(
      ({ header }) => [header?.key ?? '', header?.value ?? ''] as const,
    ),
    removed: http.headers_to_remove ?? [],
    body: http.body ?? '',
    kind,
    metadata: readStruct(raw.dynamic_metadata),
    raw,
  };
}

function findKind(raw: RawCheckResponse): CheckResult['kind'] {
  const kinds = ['ok_response', 'denied_response', 'error_response'] as const;
  return kinds.find((kind) => raw[kind] !== undefined) ?? null;
}

interface RawValue {
  readonly stringValue?: string;
  readonly numberValue?: number;
  readonly structValue?: unknown;
  readonly listValue?: { readonly values?: readonly RawValue[] };
}

/** `google.protobuf.Struct` as a plain object. */
export function readStruct(struct: unknown): Record<string, unknown> {
  const { fields = {} } = (struct ?? {}) as { fields?: Record<string, RawValue> };
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, readValue(value)]));
}

function readValue(value: RawValue): unknown {
  if (value.structValue !== undefined) return readStruct(value.structValue);
  if (value.listValue !== undefined) return (value.listValue.values ?? []).map(readValue);
  return value.stringValue ?? value.numberValue ?? null;
}
