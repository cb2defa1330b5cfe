import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { changeRequest, findGuarded, ownedHeaders } from '../../../src/authz/identity-headers.ts';
import { mintPermit, Permit } from '../../../src/authz/permit.ts';
import { consumerOf, headersOf, policyOf, requestOf } from '../../support/builders.ts';

const subject = {
  consumer: consumerOf({ username: null }),
  anonymous: false,
  credentialIdentifier: 'a\r\nx-admin: true',
  authenticatedGroups: null,
};

const hidden = { setHeaders: [], removeHeaders: ['authorization'], removeQuery: ['access_token'] };

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
        const { set, remove } = changeRequest(
          permit,
          policyOf(),
          findGuarded(request, policyOf().guardedHeaders),
          [],
          hidden,
        );

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
    const permit = mintPermit('allowed', subject, {
      header: 'consumer',
      value: 'a, b',
      names: new Set(['a', 'b']),
    });
    const { set, remove } = changeRequest(permit, policyOf(), [], [], null);

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

      expect(changeRequest(permit, policyOf(), [], [], null).remove).toContain(
        'x-credential-identifier',
      );
    },
  );
});

describe('headers of the choice of a Service', () => {
  const permit = mintPermit('allowed', null, { header: 'none' });
  const own = new Set([...ownedHeaders, 'x-tenant', 'x-plan']);
  const guarded = new Set([...own, 'x-of-another-service']);
  const policy = policyOf({ ownedHeaders: own, guardedHeaders: guarded });

  it('are set, or removed where there is nothing to set', () => {
    const request = requestOf({ headers: headersOf(['x_tenant', 'theirs'], ['x-plan', 'theirs']) });
    const { set, remove } = changeRequest(
      permit,
      policy,
      findGuarded(request, policy.guardedHeaders),
      [['x-tenant', 'acme']],
      null,
    );

    expect(set).toContainEqual(['x-tenant', 'acme']);
    expect(remove).toEqual(expect.arrayContaining(['x-plan', 'x_tenant']));
    expect(remove).not.toContain('x-tenant');
  });

  it('are not let through from another Service', () => {
    const headers = headersOf(['x-of-another-service', 'theirs'], ['x_of_another-service', 'y']);
    const { remove } = changeRequest(
      permit,
      policy,
      findGuarded(requestOf({ headers }), guarded),
      [],
      null,
    );

    expect(remove).toEqual(
      expect.arrayContaining(['x-of-another-service', 'x_of_another-service']),
    );
  });

  it('take the place of a credential that is hidden', () => {
    const passedOn = [['authorization', 'Bearer fetched']] as const;
    const changes = changeRequest(permit, policy, [], passedOn, hidden);

    expect(changes.set).toContainEqual(['authorization', 'Bearer fetched']);
    expect(changes.remove).not.toContain('authorization');
    expect(changes.removeQuery).toEqual(['access_token']);
  });
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
