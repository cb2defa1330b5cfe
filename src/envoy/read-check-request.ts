import type { AuthzRequest, RequestHeaders } from '../authz/request.ts';
import type {
  CheckRequestMessage,
  HeaderValueMessage,
  HttpRequestMessage,
  PeerMessage,
} from './messages.ts';
import { readBody } from './read-body.ts';

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
    body: readBody(http.raw_body ?? null, readText(http.body), headers),
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
  if (key === '') return;
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
