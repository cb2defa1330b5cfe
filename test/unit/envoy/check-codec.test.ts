import { describe, expect, it } from '@jest/globals';
import { loadAuthorizationProto } from '../../../src/envoy/authorization-proto.ts';
import { defineCheckService, undecodable } from '../../../src/envoy/check-codec.ts';
import { createCheckRequest } from '../../support/check-client.ts';
import { fc } from '../../support/properties.ts';

const proto = loadAuthorizationProto();

describe.each(['lean', 'protobufjs'] as const)('bytes that a peer sends (%s)', (codec) => {
  const { Check } = defineCheckService(proto, codec);

  it('are a request, or are known to be none', () => {
    expect(Check.requestDeserialize(Buffer.from([0x0a, 0xff]))).toBe(undecodable);
    expect(Check.requestDeserialize(Buffer.alloc(0))).not.toBe(undecodable);
  });

  it('never throw', () => {
    const whole = proto.service.Check.requestSerialize(
      createCheckRequest({ headers: { a: 'b' }, contextExtensions: { service: 'orders' } }),
    );
    const cut = fc.nat({ max: whole.length }).map((length) => whole.subarray(0, length));
    const noise = fc.uint8Array().map((bytes) => Buffer.from(bytes));

    fc.assert(
      fc.property(fc.oneof(cut, noise), (bytes) => {
        expect(Check.requestDeserialize(bytes)).toHaveProperty('headers');
      }),
    );
  });

  it('keep the path of the method', () => {
    expect(Check.path).toBe('/envoy.service.auth.v3.Authorization/Check');
  });
});
