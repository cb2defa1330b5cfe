import { fileURLToPath } from 'node:url';
import { loadSync } from '@grpc/proto-loader';
import type { AuthzRequest } from '../../../../src/authz/request.ts';
import {
  authorizationServiceName,
  loadAuthorizationProto,
} from '../../../../src/envoy/authorization-proto.ts';
import type { CheckRequestMessage } from '../../../../src/envoy/messages.ts';
import { fc } from '../../../support/properties.ts';

/** What the library reads and writes, with which ours is compared. */
const ours = loadAuthorizationProto();
export const oracle = ours.service.Check;

const withDefaults = loadSync('envoy/service/auth/v3/external_auth.proto', {
  includeDirs: [fileURLToPath(new URL('../../../../proto', import.meta.url))],
  keepCase: true,
  defaults: true,
  oneofs: true,
});

/** Reads a CheckResponse; what is not on the wire and what is there as its default are the same. */
export function readResponse(bytes: Buffer): unknown {
  const service = withDefaults[authorizationServiceName] as typeof ours.service;
  return service.Check.responseDeserialize(bytes);
}

const text = fc.string({ unit: 'binary', maxLength: 40 }).map((value) => value.toWellFormed());
const name = fc.oneof(
  fc.constantFrom('authorization', 'cookie', 'X-Consumer-Id', 'x_consumer-id', 'é', 'İ', ''),
  fc.string({ maxLength: 80 }).map((value) => value.toWellFormed()),
);
const bytes = fc.uint8Array({ maxLength: 40 }).map((value) => Buffer.from(value));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Without names that a plain object does not keep. */
const map = fc
  .uniqueArray(fc.tuple(name, text), { maxLength: 8, selector: ([key]) => key })
  .map((entries) => Object.fromEntries(entries.filter(([key]) => key !== '__proto__')));

const struct = fc.constantFrom<object>(
  {},
  {
    fields: { a: { stringValue: 'b' }, c: { structValue: { fields: { d: { boolValue: true } } } } },
  },
);

const peer = fc.record({
  address: maybe(
    fc.oneof(
      fc.record({ socket_address: fc.record({ address: text, port_value: fc.nat(65_535) }) }),
      fc.record({ pipe: fc.record({ path: text }) }),
    ),
  ),
  service: maybe(text),
  principal: maybe(text),
  certificate: maybe(text),
});

const headerValue = fc.record({ key: name, value: maybe(text), raw_value: maybe(bytes) });

const http = fc.record({
  id: maybe(text),
  method: maybe(text),
  headers: maybe(map),
  header_map: maybe(fc.record({ headers: fc.array(headerValue, { maxLength: 8 }) })),
  path: maybe(text),
  host: maybe(text),
  scheme: maybe(text),
  size: maybe(fc.integer({ min: -1, max: 2 ** 40 })),
  protocol: maybe(text),
  body: maybe(text),
  raw_body: maybe(bytes),
});

/** CheckRequests as a peer may write them, with fields that nobody reads. */
export const checkRequests = fc
  .record({
    attributes: maybe(
      fc.record({
        source: maybe(peer),
        destination: maybe(peer),
        request: maybe(fc.record({ time: maybe(fc.constant({ seconds: 7 })), http: maybe(http) })),
        context_extensions: maybe(map),
        metadata_context: maybe(fc.record({ filter_metadata: fc.dictionary(text, struct) })),
        tls_session: maybe(fc.record({ sni: text })),
      }),
    ),
  })
  .map((message) => oracle.requestSerialize(withoutUndefined(message) as CheckRequestMessage));

/** The library takes an undefined field for a set one. */
export function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries.map(([key, field]) => [key, withoutUndefined(field)]));
}

/** All that a step can learn of a request, to be compared. */
export function describeRequest(request: AuthzRequest): object {
  const { headers, body, contextExtensions, ...rest } = request;
  const names = [...new Set(headers.names())].sort();
  return {
    ...rest,
    headers: names.map((one) => [one, [...headers.values(one)]]),
    contextExtensions: [...contextExtensions].sort(([one], [other]) => (one < other ? -1 : 1)),
    body: body === null ? null : { partial: body.partial, text: body.text() },
  };
}
