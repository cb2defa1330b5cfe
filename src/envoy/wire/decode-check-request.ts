import type { AuthzRequest } from '../../authz/request.ts';
import { readBody } from '../read-body.ts';
import { entryFields, header, readHeader, readHeaderMap } from './decode-headers.ts';
import { WireHeaders } from './wire-headers.ts';
import {
  knowFields,
  MalformedMessage,
  sized,
  WireReader,
  type KnownFields,
} from './wire-reader.ts';

/**
 * Reads a serialized `envoy.service.auth.v3.CheckRequest` in one pass, and of it what a decision
 * needs; other fields are stepped over, whatever they hold. Throws {@link MalformedMessage} for
 * bytes that are no such message, and where a message that may be there once is there twice: Envoy
 * sends none of that, and what it would mean is not for us to say.
 */
export function decodeCheckRequest(bytes: Buffer): AuthzRequest {
  const draft = startDraft(bytes);
  readCheckRequest(new WireReader(bytes), draft);
  const { headers, rawBody, body } = draft;
  return {
    method: draft.method,
    path: draft.path,
    host: draft.host,
    scheme: draft.scheme,
    protocol: draft.protocol,
    headers,
    contextExtensions: draft.contextExtensions,
    sourceAddress: draft.socketAddress === '' ? draft.pipePath : draft.socketAddress,
    peerCertificate: draft.peerCertificate,
    body: readBody(rawBody, body, headers),
  };
}

/** A request as far as it was read. */
interface Draft {
  method: string;
  path: string;
  host: string;
  scheme: string;
  protocol: string;
  socketAddress: string;
  pipePath: string;
  peerCertificate: string;
  body: string;
  rawBody: Uint8Array | null;
  readonly headers: WireHeaders;
  readonly contextExtensions: Map<string, string>;
  /** Which single messages were met. */
  met: number;
}

function startDraft(bytes: Buffer): Draft {
  return {
    method: '',
    path: '',
    host: '',
    scheme: '',
    protocol: '',
    socketAddress: '',
    pipePath: '',
    peerCertificate: '',
    body: '',
    rawBody: null,
    headers: new WireHeaders(bytes),
    contextExtensions: new Map(),
    met: 0,
  };
}

const single = { attributes: 1, source: 2, request: 4, http: 8, address: 16, headerMap: 32 };

/** Goes into a message that may be there once; gives the end to go back to. */
function enterOnce(reader: WireReader, draft: Draft, bit: number): number {
  if ((draft.met & bit) !== 0) throw new MalformedMessage();
  draft.met |= bit;
  return reader.enter();
}

const checkRequest = { attributes: sized(1) };
const checkRequestFields = knowFields([1]);

function readCheckRequest(reader: WireReader, draft: Draft): void {
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === checkRequest.attributes) {
      const outer = enterOnce(reader, draft, single.attributes);
      readAttributes(reader, draft);
      reader.leave(outer);
    } else reader.skip(tag, checkRequestFields);
  }
}

const attributes = { source: sized(1), request: sized(4), contextExtensions: sized(10) };
const attributesFields = knowFields([1, 2, 4, 10, 11, 12, 13]);

function readAttributes(reader: WireReader, draft: Draft): void {
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === attributes.source) {
      const outer = enterOnce(reader, draft, single.source);
      readPeer(reader, draft);
      reader.leave(outer);
    } else if (tag === attributes.request) {
      const outer = enterOnce(reader, draft, single.request);
      readRequest(reader, draft);
      reader.leave(outer);
    } else if (tag === attributes.contextExtensions) {
      readContextExtension(reader, draft.contextExtensions);
    } else reader.skip(tag, attributesFields);
  }
}

const peer = { address: sized(1), certificate: sized(5) };
const peerFields = knowFields([1, 2, 4, 5]);

function readPeer(reader: WireReader, draft: Draft): void {
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === peer.address) {
      const outer = enterOnce(reader, draft, single.address);
      readAddress(reader, draft);
      reader.leave(outer);
    } else if (tag === peer.certificate) draft.peerCertificate = reader.text();
    else reader.skip(tag, peerFields);
  }
}

const address = { socketAddress: sized(1), pipe: sized(2) };
const addressFields = knowFields([1, 2]);
const socketAddressFields = knowFields([2, 4], [3]);
const pipeFields = knowFields([1]);

function readAddress(reader: WireReader, draft: Draft): void {
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === address.socketAddress)
      draft.socketAddress = readOneText(reader, 2, socketAddressFields);
    else if (tag === address.pipe) draft.pipePath = readOneText(reader, 1, pipeFields);
    else reader.skip(tag, addressFields);
  }
}

/** Of a message of which one text is read, that text. */
function readOneText(reader: WireReader, field: number, known: KnownFields): string {
  const outer = reader.enter();
  let text = '';
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === sized(field)) text = reader.text();
    else reader.skip(tag, known);
  }
  reader.leave(outer);
  return text;
}

const request = { http: sized(2) };
const requestFields = knowFields([1, 2]);

function readRequest(reader: WireReader, draft: Draft): void {
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === request.http) {
      const outer = enterOnce(reader, draft, single.http);
      readHttp(reader, draft);
      reader.leave(outer);
    } else reader.skip(tag, requestFields);
  }
}

const http = {
  ...{ method: sized(2), headers: sized(3), path: sized(4), host: sized(5), scheme: sized(6) },
  ...{ protocol: sized(10), body: sized(11), rawBody: sized(12), headerMap: sized(13) },
};
const httpFields = knowFields([1, 2, 3, 4, 5, 6, 10, 11, 12, 13], [9]);

function readHttp(reader: WireReader, draft: Draft): void {
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === http.headers) readHeader(reader, draft.headers, false);
    else if (tag === http.headerMap) {
      const outer = enterOnce(reader, draft, single.headerMap);
      readHeaderMap(reader, draft.headers);
      reader.leave(outer);
    } else readHttpField(reader, draft, tag);
  }
}

function readHttpField(reader: WireReader, draft: Draft, tag: number): void {
  switch (tag) {
    case http.method:
      draft.method = reader.text();
      return;
    case http.path:
      draft.path = reader.text();
      return;
    case http.host:
      draft.host = reader.text();
      return;
    case http.scheme:
      draft.scheme = reader.text();
      return;
    case http.protocol:
      draft.protocol = reader.text();
      return;
    case http.body:
      draft.body = reader.text();
      return;
    case http.rawBody:
      draft.rawBody = reader.slice();
      return;
    default:
      reader.skip(tag, httpFields);
  }
}

function readContextExtension(reader: WireReader, extensions: Map<string, string>): void {
  const outer = reader.enter();
  let key = '';
  let value = '';
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === header.key) key = reader.text();
    else if (tag === header.value) value = reader.text();
    else reader.skip(tag, entryFields);
  }
  reader.leave(outer);
  extensions.set(key, value);
}
