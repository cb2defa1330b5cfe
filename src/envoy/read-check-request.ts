import type { AuthzRequest, RequestBody, RequestHeaders } from '../authz/request.ts';
import type {
  CheckRequestMessage,
  HeaderValueMessage,
  HttpRequestMessage,
  PeerMessage,
} from './messages.ts';

/**
 * Takes over what Envoy says about a request (`CheckRequest.attributes`). Never throws: what is
 * absent or has a wrong type reads as empty, and without context extensions nothing is allowed.
 */
export function readCheckRequest(message: CheckRequestMessage): AuthzRequest {
  const attributes = message.attributes ?? {};
  const http = attributes.request?.http ?? {};
  const headers = readHeaders(http);
  return {
    method: readText(http.method),
    path: readText(http.path),
    host: readText(http.host),
    scheme: readText(http.scheme),
    protocol: readText(http.protocol),
    headers,
    contextExtensions: readTextMap(attributes.context_extensions),
    sourceAddress: readAddress(attributes.source),
    peerCertificate: readText(attributes.source?.certificate),
    body: readBody(http, headers),
  };
}

/**
 * Envoy fills `headers`, or `header_map` with `encode_raw_headers`. Should both come, both count, so
 * that a second credential cannot hide in the one that is not looked at.
 */
function readHeaders(http: HttpRequestMessage): RequestHeaders {
  const byName = new Map<string, Values>();
  const plain: Readonly<Record<string, unknown>> = http.headers ?? {};
  for (const name in plain) {
    const value = plain[name];
    if (typeof value === 'string') addHeader(byName, name, value);
  }
  const list: unknown = http.header_map?.headers;
  if (Array.isArray(list)) {
    for (const entry of list as readonly (HeaderValueMessage | null)[]) {
      if (typeof entry?.key === 'string') addHeader(byName, entry.key, readHeaderValue(entry));
    }
  }
  return {
    values: (name) => {
      const values = byName.get(name) ?? none;
      return typeof values === 'string' ? [values] : values;
    },
    names: () => byName.keys(),
  };
}

/** A list where a name came several times, which few do: of most headers nobody asks. */
type Values = string | string[];

const none: readonly string[] = [];

function addHeader(byName: Map<string, Values>, name: string, value: string): void {
  const key = name.toLowerCase();
  const before = byName.get(key);
  if (before === undefined) byName.set(key, value);
  else if (typeof before === 'string') byName.set(key, [before, value]);
  else before.push(value);
}

/** Bytes that are not UTF-8 become U+FFFD, which no credential's grammar admits. */
function readHeaderValue({ value, raw_value: raw }: HeaderValueMessage): string {
  if (!(raw instanceof Uint8Array) || raw.byteLength === 0) return readText(value);
  return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('utf8');
}

// `ignoreBOM` keeps a byte order mark: the text has to be all of the body.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `raw_body` with `pack_as_bytes`, else `body`, in which Envoy has put `!` for what is not UTF-8. */
function readBody(http: HttpRequestMessage, headers: RequestHeaders): RequestBody | null {
  const { raw_body: raw, body } = http;
  if (raw instanceof Uint8Array && raw.byteLength > 0) {
    return { partial: isPartial(headers), text: () => decode(raw) };
  }
  if (typeof body !== 'string' || body === '') return null;
  return { partial: isPartial(headers), text: () => body };
}

/**
 * Envoy drops a caller's own header of this name and adds its own wherever it sends a body
 * (check_request_utils.cc). Anything but its one `false` is taken for a body that was cut.
 */
function isPartial(headers: RequestHeaders): boolean {
  const [value, ...more] = headers.values('x-envoy-auth-partial-body');
  return value !== 'false' || more.length > 0;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function readTextMap(map: unknown): ReadonlyMap<string, string> {
  return new Map(entries(map));
}

/** Address of the downstream peer: an IP address, or the path of a pipe. */
function readAddress(peer: PeerMessage | null | undefined): string {
  const address = peer?.address;
  return readText(address?.socket_address?.address) || readText(address?.pipe?.path);
}

function entries(map: unknown): [string, string][] {
  if (typeof map !== 'object' || map === null) return [];
  return Object.entries(map).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
}

function readText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
