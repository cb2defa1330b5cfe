import { describe, expect, it } from '@jest/globals';
import { Permit } from '../../../src/authz/permit.ts';
import { deny, unavailable } from '../../../src/authz/refusal.ts';
import { halt } from '../../../src/lib/step.ts';
import {
  consumerOf,
  grantOf,
  headersOf,
  policyOf,
  providerPolicyOf,
} from '../../support/builders.ts';
import {
  aclOf,
  anonymousConsumer,
  approved,
  basic,
  decideIn,
  registered,
  type World,
} from './decide-in.ts';

describe('allows', () => {
  it('a known Consumer, with a minted permit and its identity headers', async () => {
    const decision = await decideIn({});

    expect(decision).toMatchObject({ kind: 'allow', reason: 'allowed' });
    if (decision.kind !== 'allow') throw new Error('expected an allow');
    expect(Permit.isMinted(decision.permit)).toBe(true);
    expect(decision.headers.set).toEqual([
      ['x-consumer-id', '5f0c7a52-9a3e-4a0b-8f5b-3f2d1f1b7c11'],
      ['x-consumer-custom-id', 'billing'],
      ['x-consumer-username', 'billing-app'],
      ['x-credential-identifier', 'subject-1'],
    ]);
    expect(decision.headers.remove).toContain('authorization');
  });

  it('keeps the credential where the Service says so', async () => {
    const decision = await decideIn({ policy: { hideCredentials: false } });

    expect(decision).toMatchObject({ kind: 'allow' });
    if (decision.kind === 'allow') expect(decision.headers.remove).not.toContain('authorization');
  });

  it('an approved registration', async () => {
    const consumers = [consumerOf({ registrations: approved })];

    expect(await decideIn({ policy: { registrationRequired: true }, consumers })).toMatchObject({
      kind: 'allow',
    });
  });

  it('tells what it learnt on the way', async () => {
    const { trail } = await decideIn({});

    expect(trail).toMatchObject({
      service: 'orders',
      route: null,
      clientId: 'billing',
      cache: 'miss',
      consumer: { username: 'billing-app' },
      token: { provider: 'idp', method: 'bearer' },
    });
  });

  it.each<[string, World, string]>([
    ['an open route', { policy: { open: true } }, 'route_open'],
    [
      'a preflight where it is not judged',
      { policy: { runOnPreflight: false }, request: { method: 'OPTIONS' } },
      'preflight',
    ],
  ])('%s, without an identity', async (_name, world, reason) => {
    const decision = await decideIn({
      ...world,
      verifyToken: () => {
        throw new Error('nobody is asked');
      },
    });

    expect(decision).toMatchObject({ kind: 'allow', reason });
    if (decision.kind !== 'allow') throw new Error('expected an allow');
    expect(decision.headers.set).toEqual([]);
    expect(decision.headers.remove).toContain('x-consumer-id');
  });

  it('a token without a known Consumer where the Service makes it optional', async () => {
    const decision = await decideIn({
      consumers: [],
      claims: { groups: ['gold'] },
      policy: {
        consumerOptional: true,
        acl: aclOf('allow', 'gold'),
      },
    });

    expect(decision).toMatchObject({ kind: 'allow' });
    if (decision.kind !== 'allow') throw new Error('expected an allow');
    expect(decision.headers.set).toEqual([
      ['x-authenticated-groups', 'gold'],
      ['x-credential-identifier', 'subject-1'],
    ]);
  });

  it('asks by each attribute of `consumer_by` in turn', async () => {
    const policy = {
      providers: new Map([['idp', providerPolicyOf({ consumerBy: ['custom_id', 'username'] })]]),
    };
    const consumers = [consumerOf({ customId: null, username: 'billing' })];

    expect(await decideIn({ policy, consumers })).toMatchObject({ kind: 'allow' });
  });
});

describe('refuses', () => {
  it.each<[string, World]>([
    ['policy_unknown', { request: { contextExtensions: new Map() } }],
    ['policy_unknown', { request: { contextExtensions: new Map([['service', 'billing']]) } }],
    [
      'policy_unknown',
      {
        request: {
          contextExtensions: new Map([
            ['service', 'orders'],
            ['route', 'none'],
          ]),
        },
      },
    ],
    ['credential_missing', { request: { headers: headersOf() } }],
    [
      'credential_malformed',
      { request: { headers: headersOf(['authorization', 'Bearer a token']) } },
    ],
    [
      'credential_ambiguous',
      { request: { headers: headersOf(['authorization', 'Bearer a,Bearer b']) } },
    ],
    ['token_expired', { verifyToken: () => halt(deny('token_expired')) }],
    ['token_proof_invalid', { claims: { cnf: { jkt: 'x' } } }],
    ['token_audience_mismatch', { policy: { audienceRequired: [['api']] } }],
    ['scope_insufficient', { policy: { scopesRequired: [['orders.read']] } }],
    ['consumer_claim_missing', { claims: { client_id: 7 } }],
    ['consumer_unknown', { consumers: [] }],
    ['consumer_unknown', { consumers: [consumerOf({ identityProvider: 'other' })] }],
    ['registration_missing', { policy: { registrationRequired: true } }],
    ['registration_requested', registered('requested')],
    ['registration_rejected', registered('rejected')],
    ['registration_revoked', registered('revoked')],
    ['registration_suspended', registered('approved', true)],
    ['group_not_allowed', { policy: { acl: aclOf('allow', 'gold') } }],
    [
      'group_denied',
      {
        policy: { acl: aclOf('deny', 'bad') },
        consumers: [consumerOf({ groups: new Set(['bad']) })],
      },
    ],
    [
      'registration_missing',
      { policy: { registrationRequired: true, consumerOptional: true }, consumers: [] },
    ],
    [
      'registration_missing',
      {
        policy: { registrationRequired: true, anonymous: 'anonymous' },
        consumers: [anonymousConsumer],
        request: { headers: headersOf() },
      },
    ],
    [
      'subject_anonymous',
      {
        policy: { acl: aclOf('allow', 'gold'), anonymous: 'anonymous' },
        consumers: [{ ...anonymousConsumer, groups: new Set<string>() }],
        request: { headers: headersOf() },
      },
    ],
  ])('denies: %s', async (reason, world) => {
    expect(await decideIn(world)).toMatchObject({ kind: 'deny', reason });
  });

  it.each<[string, World]>([
    ['idp_unavailable', { verifyToken: () => halt(unavailable('idp_unavailable')) }],
    ['store_unavailable', { resolveConsumer: () => halt(unavailable('store_unavailable')) }],
    [
      'internal',
      { policy: { anonymous: 'anonymous' }, consumers: [], request: { headers: headersOf() } },
    ],
    ['internal', { policy: { providers: new Map() } }],
  ])('cannot tell: %s', async (reason, world) => {
    expect(await decideIn(world)).toMatchObject({ kind: 'unavailable', reason });
  });

  it('judges the registration before the ACL', async () => {
    const decision = await decideIn({
      policy: { registrationRequired: true, acl: aclOf('allow', 'gold') },
    });

    expect(decision).toMatchObject({ reason: 'registration_missing' });
  });

  it('judges audience before scopes', async () => {
    const decision = await decideIn({
      policy: { audienceRequired: [['api']], scopesRequired: [['orders.read']] },
    });

    expect(decision).toMatchObject({ reason: 'token_audience_mismatch' });
  });
});

describe('the anonymous Consumer', () => {
  const policy = { anonymous: 'anonymous' };
  const consumers = [anonymousConsumer];

  it.each<[string, World]>([
    ['a missing credential', { request: { headers: headersOf() } }],
    ['an expired token', { verifyToken: () => halt(deny('token_expired')) }],
    ['an unknown Consumer', { claims: { client_id: 'nobody' } }],
    ['a missing claim', { claims: { client_id: null } }],
  ])('stands in for %s', async (_name, world) => {
    const decision = await decideIn({ policy, consumers, ...world });

    expect(decision).toMatchObject({ kind: 'allow' });
    if (decision.kind !== 'allow') throw new Error('expected an allow');
    expect(decision.headers.set).toContainEqual(['x-anonymous-consumer', 'true']);
    expect(decision.headers.remove).toContain('x-credential-identifier');
  });

  it.each<[string, World, string]>([
    [
      'a provider that cannot be asked',
      { verifyToken: () => halt(unavailable('idp_unavailable')) },
      'idp_unavailable',
    ],
    [
      'a malformed credential',
      { request: { headers: headersOf(['authorization', 'Bearer']) } },
      'credential_malformed',
    ],
    [
      'missing scopes',
      { policy: { ...policy, scopesRequired: [['orders.read']] } },
      'scope_insufficient',
    ],
    [
      'a refused group',
      {
        policy: { ...policy, acl: aclOf('allow', 'public') },
        consumers: [consumerOf(), anonymousConsumer],
      },
      'group_not_allowed',
    ],
  ])('never stands in for %s', async (_name, world, reason) => {
    expect(await decideIn({ policy, consumers, ...world })).toMatchObject({ reason });
  });

  it('with groups that do not match is refused as any Consumer', async () => {
    const decision = await decideIn({
      policy: { ...policy, acl: aclOf('allow', 'gold') },
      consumers,
      request: { headers: headersOf() },
    });

    expect(decision).toMatchObject({ reason: 'group_not_allowed' });
  });
});

describe('words of a refusal', () => {
  it.each<[string, World, string[]]>([
    [
      'asks for a token where none came',
      { request: { headers: headersOf() } },
      ['Bearer realm="orders"'],
    ],
    [
      'names the error of a bad token',
      { verifyToken: () => halt(deny('token_expired')) },
      ['Bearer realm="orders", error="invalid_token"'],
    ],
    [
      'names the missing scopes',
      { policy: { scopesRequired: [['a', 'b'], ['c']] } },
      ['Bearer realm="orders", error="insufficient_scope", scope="a b"'],
    ],
    ['says nothing about Consumers', { consumers: [] }, []],
    [
      'names every scheme that may be used',
      {
        policy: { grant: grantOf(), proof: { ...policyOf().proof, dpop: 'optional' } },
        request: { headers: headersOf() },
      },
      [
        'Bearer realm="orders"',
        'Basic realm="orders"',
        'DPoP realm="orders", algs="ES256 RS256 PS256 EdDSA"',
      ],
    ],
    [
      'names the metadata of the resource',
      {
        policy: { resourceMetadata: { path: '/m', url: 'https://api.example.com/m', body: '' } },
        request: { headers: headersOf() },
      },
      ['Bearer realm="orders", resource_metadata="https://api.example.com/m"'],
    ],
    [
      'asks for other credentials where the provider refused them',
      {
        ...basic,
        ports: { obtainToken: () => halt(deny('client_rejected')) },
      },
      ['Basic realm="orders"'],
    ],
  ])('%s', async (_name, world, challenges) => {
    expect(await decideIn(world)).toMatchObject({ challenges });
  });

  it('are the words of the Service where it has its own', async () => {
    const messages = { unauthorized: 'Please log in', forbidden: 'Not for you' };

    const missing = await decideIn({ policy: { messages }, request: { headers: headersOf() } });
    const unknown = await decideIn({ policy: { messages }, consumers: [] });
    const group = await decideIn({ policy: { messages, acl: aclOf('allow', 'gold') } });

    expect(missing).toMatchObject({ message: 'Please log in' });
    expect(unknown).toMatchObject({ message: 'Not for you' });
    expect(group).toMatchObject({ message: 'You cannot consume this service' });
  });
});
