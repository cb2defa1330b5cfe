import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changeHeaders, ownedHeaders } from '../../../src/authz/identity-headers.ts';
import { mintPermit, Permit } from '../../../src/authz/permit.ts';
import { consumerOf, headersOf, requestOf } from '../../support/builders.ts';

const subject = {
  consumer: consumerOf({ username: null }),
  anonymous: false,
  credentialIdentifier: 'a\r\nx-admin: true',
  authenticatedGroups: null,
};

describe('identity headers', () => {
  it('are each set or removed, never both and never left alone', () => {
    const name = fc.constantFrom(
      ...ownedHeaders,
      'x_consumer_id',
      'x-consumer_custom-id',
      'accept',
    );
    fc.assert(
      fc.property(fc.array(name), fc.boolean(), (names, open) => {
        const request = requestOf({ headers: headersOf(...names.map((n) => [n, 'x'] as const)) });
        const permit = mintPermit('allowed', open ? null : subject, { header: 'none' });
        const { set, remove } = changeHeaders(request, permit, 'authorization');

        const isSet = new Set(set.map(([key]) => key));
        for (const owned of ownedHeaders) {
          expect([isSet.has(owned), remove.includes(owned)].filter(Boolean)).toHaveLength(1);
        }
        for (const received of names.filter((n) => n.includes('_'))) {
          expect(remove).toContain(received);
        }
        expect(remove).not.toContain('accept');
      }),
    );
  });

  it('leave out a value that would split a header', () => {
    const permit = mintPermit('allowed', subject, { header: 'consumer', value: 'a, b' });
    const { set, remove } = changeHeaders(requestOf(), permit, null);

    expect(set.map(([key]) => key)).toEqual([
      'x-consumer-id',
      'x-consumer-custom-id',
      'x-consumer-groups',
    ]);
    expect(remove).toEqual(
      expect.arrayContaining(['x-credential-identifier', 'x-consumer-username']),
    );
  });
});

describe('a claim', () => {
  it.each(['\ud800', 'a\u0000', 'x'.repeat(9000), '', ' a', 'a\u00a0'])(
    'that no header can carry: %j',
    (claim) => {
      const permit = mintPermit(
        'allowed',
        { ...subject, credentialIdentifier: claim },
        { header: 'none' },
      );

      expect(changeHeaders(requestOf(), permit, null).remove).toContain('x-credential-identifier');
    },
  );
});

describe('a permit', () => {
  it('cannot be made by hand', () => {
    const forged: unknown = Object.assign(Object.create(Permit.prototype) as object, {
      reason: 'allowed',
    });

    expect(Permit.isMinted(forged)).toBe(false);
    expect(() => Reflect.construct(Permit, [Symbol('mint'), 'allowed', null])).toThrow(TypeError);
  });
});
