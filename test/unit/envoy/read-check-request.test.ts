import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { loadAuthorizationProto } from '../../../src/envoy/authorization-proto.ts';
import type { CheckRequestMessage } from '../../../src/envoy/messages.ts';
import { readCheckRequest } from '../../../src/envoy/read-check-request.ts';
import { createCheckRequest } from '../../support/check-client.ts';

const { Check } = loadAuthorizationProto().service;

/** As it arrives: written and read as protobuf. */
function overTheWire(message: object): CheckRequestMessage {
  return Check.requestDeserialize(Check.requestSerialize(message));
}

function fromHeaderMap(...headers: readonly object[]) {
  return readCheckRequest(
    overTheWire({ attributes: { request: { http: { header_map: { headers } } } } }),
  );
}

describe('readCheckRequest', () => {
  it.each(['headers', 'header_map'] as const)('reads all that steps use (%s)', (encoding) => {
    const message = createCheckRequest({
      method: 'POST',
      path: '//orders?a=%2f',
      host: 'Orders.Example.com:8443',
      scheme: 'https',
      protocol: 'HTTP/2',
      headers: { Authorization: 'Bearer t', 'x-a': '1' },
      contextExtensions: { service: 'orders', route: 'admin' },
      sourceAddress: '2001:db8::1',
      encoding,
    });

    const request = readCheckRequest(overTheWire(message));

    expect(request).toMatchObject({
      method: 'POST',
      path: '//orders?a=%2f',
      host: 'Orders.Example.com:8443',
      scheme: 'https',
      protocol: 'HTTP/2',
      sourceAddress: '2001:db8::1',
    });
    expect(request.headers.values('authorization')).toEqual(['Bearer t']);
    expect(request.headers.values('x-b')).toEqual([]);
    expect([...request.headers.names()]).toContain('x-a');
    expect(Object.fromEntries(request.contextExtensions)).toEqual({
      service: 'orders',
      route: 'admin',
    });
  });

  it('keeps repeated headers of header_map in order, whatever their case', () => {
    const request = fromHeaderMap(
      { key: 'Authorization', raw_value: Buffer.from('Bearer a') },
      { key: 'authorization', raw_value: Buffer.from('Bearer b') },
    );

    expect(request.headers.values('authorization')).toEqual(['Bearer a', 'Bearer b']);
  });

  it('keeps both values when a header comes in both encodings', () => {
    const http = {
      headers: { authorization: 'Bearer a' },
      header_map: { headers: [{ key: 'authorization', raw_value: Buffer.from('Bearer b') }] },
    };

    const request = readCheckRequest({ attributes: { request: { http } } });

    expect(request.headers.values('authorization')).toEqual(['Bearer a', 'Bearer b']);
  });

  it('reads `value` where an entry has no raw value', () => {
    const request = fromHeaderMap({ key: 'x-a', value: 'plain' }, { key: 'x-b' });

    expect(request.headers.values('x-a')).toEqual(['plain']);
    expect(request.headers.values('x-b')).toEqual(['']);
  });

  it('marks bytes that are not UTF-8', () => {
    const request = fromHeaderMap({ key: 'x-a', raw_value: Buffer.from([0x61, 0xff, 0x62]) });

    expect(request.headers.values('x-a')).toEqual(['a\uFFFDb']);
  });

  it('takes names of prototype members for names', () => {
    const request = fromHeaderMap(
      { key: '__proto__', raw_value: Buffer.from('x') },
      { key: 'constructor', raw_value: Buffer.from('y') },
    );

    expect(request.headers.values('__proto__')).toEqual(['x']);
    expect(request.headers.values('constructor')).toEqual(['y']);
    expect(request.headers.values('toString')).toEqual([]);
    expect(request.contextExtensions.get('constructor')).toBeUndefined();
  });

  it.each<[string, CheckRequestMessage]>([
    ['nothing', {}],
    ['no attributes', { attributes: null }],
    ['no request', { attributes: { request: null } }],
    ['no HTTP', { attributes: { request: { http: null } } }],
    ['no maps', { attributes: { request: { http: { headers: null, header_map: null } } } }],
    ['no list', { attributes: { request: { http: { header_map: { headers: null } } } } }],
    ['no address', { attributes: { source: { address: null } } }],
  ])('reads %s as an empty request', (_name, message) => {
    const request = readCheckRequest(message);

    expect([...request.headers.names()]).toEqual([]);
    expect(request.contextExtensions.size).toBe(0);
    expect(request).toMatchObject({ method: '', path: '', host: '', sourceAddress: '' });
    expect(request).toMatchObject({ peerCertificate: '', body: null });
  });

  it('never throws, whatever the shape of the message', () => {
    const names = fc.constantFrom(
      ...['attributes', 'request', 'http', 'headers', 'header_map', 'context_extensions'],
      ...['source', 'address', 'socket_address', 'key', 'value', 'raw_value', '__proto__'],
      ...['body', 'raw_body', 'certificate'],
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 8 },
        fc.anything(),
        fc.uint8Array(),
        fc.dictionary(names, tie('tree')),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    }));
    const messages = fc.record({
      attributes: fc.record({
        request: fc.record({
          http: fc.oneof(
            tree,
            fc.record({
              headers: tree,
              header_map: fc.record({ headers: fc.array(tree) }),
              body: tree,
              raw_body: tree,
            }),
          ),
        }),
        context_extensions: tree,
        source: tree,
      }),
    });

    fc.assert(
      fc.property(messages, (message) => {
        const request = readCheckRequest(message as CheckRequestMessage);

        expect(typeof request.path).toBe('string');
        expect(typeof request.peerCertificate).toBe('string');
        expect(typeof (request.body?.text() ?? '')).toBe('string');
        for (const name of request.headers.names()) {
          expect(request.headers.values(name).every((v) => typeof v === 'string')).toBe(true);
        }
      }),
    );
  });

  it('reads the same from either encoding', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,20}$/);
    const value = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.toWellFormed());

    fc.assert(
      fc.property(fc.dictionary(name, value), (headers) => {
        const [map, list] = (['headers', 'header_map'] as const).map((encoding) =>
          readCheckRequest(overTheWire(createCheckRequest({ headers, encoding }))),
        );

        expect([...(list?.headers.names() ?? [])]).toEqual([...(map?.headers.names() ?? [])]);
        for (const key of Object.keys(headers)) {
          expect(list?.headers.values(key)).toEqual(map?.headers.values(key));
          expect(list?.headers.values(key)).toEqual([headers[key]]);
        }
      }),
    );
  });
});

function withBody(fields: object, ...partial: readonly string[]) {
  const headers = partial.map((value) => ({
    key: 'x-envoy-auth-partial-body',
    raw_value: Buffer.from(value),
  }));
  const http = { ...fields, header_map: { headers } };
  return readCheckRequest(overTheWire({ attributes: { request: { http } } })).body;
}

describe('the body', () => {
  it.each<[string, object, string | null]>([
    ['bytes', { raw_body: Buffer.from('ключ=1') }, 'ключ=1'],
    ['bytes that begin with a byte order mark', { raw_body: Buffer.from('\ufeff{}') }, '\ufeff{}'],
    ['bytes that are not UTF-8', { raw_body: Buffer.from([0x61, 0xff]) }, null],
    ['bytes of an overlong form', { raw_body: Buffer.from([0xc0, 0xaf]) }, null],
    ['bytes that end within a letter', { raw_body: Buffer.from([0xd0]) }, null],
    ['text', { body: 'a=1' }, 'a=1'],
  ])('is read from %s', (_name, fields, text) => {
    const body = withBody(fields, 'false');

    expect(body).toMatchObject({ partial: false });
    expect(body?.text()).toBe(text);
  });

  it.each([
    ['none is sent', {}],
    ['it is empty', { body: '' }],
    ['its bytes are none', { raw_body: Buffer.alloc(0) }],
  ])('is null where %s', (_name, fields) => {
    expect(withBody(fields, 'false')).toBeNull();
  });

  it.each([
    ['true', ['true']],
    ['nothing', []],
    ['an empty value', ['']],
    ['another word', ['FALSE']],
    ['two values', ['false', 'false']],
    ['two values in one', ['false,false']],
  ])('counts as cut where the header says %s', (_name, values) => {
    expect(withBody({ raw_body: Buffer.from('a') }, ...values)).toMatchObject({ partial: true });
  });
});

it('reads the certificate of the peer as Envoy wrote it', () => {
  const certificate = '-----BEGIN%20CERTIFICATE-----%0A';
  const message = overTheWire({ attributes: { source: { certificate } } });

  expect(readCheckRequest(message).peerCertificate).toBe(certificate);
});
