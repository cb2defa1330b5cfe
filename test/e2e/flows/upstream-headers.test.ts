import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FakeProvider } from '../../support/fake-provider.ts';
import type { HeaderLines } from '../../support/http-caller.ts';
import { describeProvider, type Json } from '../../support/world-config.ts';
import type { Outcome, World } from '../../support/world.ts';
import { bearer, permitHeaders, startWorldOn, storeKinds } from './stage.ts';

jest.setTimeout(30_000);

const guestId = '22222222-2222-4222-8222-222222222222';

describe.each(storeKinds)('what the upstream gets, store: %s', (store) => {
  let idp: FakeProvider;
  let world: World;

  beforeAll(async () => {
    idp = await FakeProvider.start();
    const plain = { identity_providers: ['idp'] };
    const headers = {
      upstream_headers: {
        'X-Tenant': 'tenant_id',
        'x-unit': ['org', 'unit'],
        'x-list': 'list',
        'x-object': 'object',
      },
    };
    world = await startWorldOn(store, {
      identityProviders: [describeProvider('idp', idp.issuer)],
      services: [
        {
          ...plain,
          ...headers,
          name: 'orders',
          routes: [{ name: 'open', auth: 'none' }],
        },
        { ...plain, ...headers, name: 'preflight', run_on_preflight: false },
        { ...plain, ...headers, name: 'guests', anonymous: 'guest' },
        { ...plain, ...headers, name: 'strangers', consumer_optional: true },
        { ...plain, name: 'neighbour', upstream_headers: { 'x-shop': 'shop' } },
      ],
      consumers: [
        {
          id: '11111111-1111-4111-8111-111111111111',
          username: 'app',
          custom_id: 'client-1',
          acls: [{ group: 'gold' }],
          rate_limit: { requests_per_unit: 5, unit: 'second' },
        },
        { id: guestId, username: 'guest' },
      ],
      envoy: permitHeaders('x[-_](tenant|unit|list|object|shop)'),
    });
  });

  afterAll(async () => {
    await world.stop();
    await idp.close();
  });

  /** What a caller would like the upstream to believe, in every spelling. */
  const spoofed: HeaderLines = [
    ['x-tenant', 'forged'],
    ['X-Tenant', 'forged-again'],
    ['x_tenant', 'forged'],
    ['X-Unit', 'forged'],
    ['x-list', 'forged'],
    ['x-object', 'forged'],
    ['x-shop', 'forged'],
  ];

  async function bring(path: string, claims: Json, lines: HeaderLines = []): Promise<Outcome> {
    const { authorization } = bearer(await idp.sign(idp.claims(claims)));
    return world.call({ path, headers: [...lines, ['authorization', authorization]] });
  }

  /** The claim headers that reached the upstream, in any spelling. */
  function claimHeaders({ upstreamSaw }: Outcome): [string, string][] {
    if (upstreamSaw === null) throw new Error('the request did not get there');
    return upstreamSaw.rawHeaders
      .map(([name, value]): [string, string] => [name.toLowerCase(), value])
      .filter(([name]) => /^x[-_](?:tenant|unit|list|object|shop)$/.test(name))
      .toSorted(([one], [other]) => one.localeCompare(other));
  }

  /** The metadata but for what Envoy adds of its own. */
  async function toldOf(requestId: string): Promise<Json> {
    const told = Object.entries(await world.metadataOf(requestId));
    return Object.fromEntries(told.filter(([name]) => name !== 'ext_authz_duration'));
  }

  it.each<[string, Json, [string, string][]]>([
    ['a string', { tenant_id: 'acme' }, [['x-tenant', 'acme']]],
    ['a number', { tenant_id: 42 }, [['x-tenant', '42']]],
    ['false', { tenant_id: false }, [['x-tenant', 'false']]],
    ['a nested one', { org: { unit: 'eu' } }, [['x-unit', 'eu']]],
    ['a list', { list: ['a', 7, true] }, [['x-list', 'a, 7, true']]],
    [
      'an object',
      { object: { b: [1], a: 'ü' } },
      [['x-object', Buffer.from('{"b":[1],"a":"ü"}').toString('base64url')]],
    ],
    [
      'a list of objects',
      { list: [{ id: 1 }] },
      [['x-list', Buffer.from('[{"id":1}]').toString('base64url')]],
    ],
    ['one that is absent', {}, []],
    ['one that is null', { tenant_id: null, list: null }, []],
    ['one that is empty', { tenant_id: '', list: [] }, []],
    ['one with a line break', { tenant_id: 'a\r\nx-evil: 1' }, []],
    ['one with a NUL', { tenant_id: 'a\0b' }, []],
    ['one that is too long', { tenant_id: 'x'.repeat(9000) }, []],
    ['a list with a comma in an item', { list: ['a,b', 'c'] }, []],
    ['a name that goes through a string', { org: 'eu' }, []],
    ['a name of Object.prototype', { org: {} }, []],
  ])(
    'upstream headers: the claim decides, %s, whatever the caller sent',
    async (_name, claims, expected) => {
      const [plain, beset] = [
        await bring('/orders/', claims),
        await bring('/orders/', claims, spoofed),
      ];

      expect([plain.status, beset.status]).toEqual([200, 200]);
      expect(claimHeaders(plain)).toEqual(expected);
      expect(claimHeaders(beset)).toEqual(expected);
    },
  );

  it('upstream headers: a claim in Unicode crosses the wire in UTF-8', async () => {
    const outcome = await bring('/orders/', { tenant_id: 'größe' });

    expect(claimHeaders(outcome)).toEqual([['x-tenant', Buffer.from('größe').toString('latin1')]]);
  });

  it.each<[string, string, string]>([
    ['an open route', '/orders/open', 'GET'],
    ['a preflight', '/preflight/', 'OPTIONS'],
    ['the anonymous Consumer', '/guests/', 'GET'],
  ])('upstream headers: none that the caller sent passes with %s', async (_name, path, method) => {
    const outcome = await world.call({ path, method, headers: spoofed });

    expect(outcome.status).toBe(200);
    expect(claimHeaders(outcome)).toEqual([]);
  });

  it('upstream headers: those of a token that was refused do not pass with the anonymous Consumer', async () => {
    const outcome = await bring('/guests/', { exp: 1, tenant_id: 'acme' }, spoofed);

    expect(outcome.status).toBe(200);
    expect(outcome.upstreamSaw?.headers['x-anonymous-consumer']).toBe('true');
    expect(claimHeaders(outcome)).toEqual([]);
  });

  it('upstream headers: a token without a Consumer has its claims where that may pass', async () => {
    const outcome = await bring('/strangers/', { client_id: 'nobody', tenant_id: 'acme' }, spoofed);

    expect(outcome.status).toBe(200);
    expect(claimHeaders(outcome)).toEqual([['x-tenant', 'acme']]);
  });

  it('upstream headers: those of another Service are no way in either', async () => {
    const outcome = await bring('/neighbour/', { shop: 'mine', tenant_id: 'acme' }, spoofed);

    expect(outcome.status).toBe(200);
    expect(claimHeaders(outcome)).toEqual([['x-shop', 'mine']]);
  });

  it('upstream headers: a spoofed one leaves a refused request refused', async () => {
    const outcome = await world.call({ path: '/orders/', headers: spoofed });

    expect(outcome.line['reason']).toBe('credential_missing');
    expect(outcome.upstreamSaw).toBeNull();
  });

  it('dynamic metadata: of an allowed request they name who it is, and its rate limit', async () => {
    const { requestId } = await bring('/orders/', { tenant_id: 'acme' });

    expect(await toldOf(requestId)).toEqual({
      decision: 'allow',
      reason: 'allowed',
      service: 'orders',
      consumer: {
        id: '11111111-1111-4111-8111-111111111111',
        custom_id: 'client-1',
        username: 'app',
        groups: ['gold'],
      },
      client_id: 'client-1',
      issuer: idp.issuer,
      auth_method: 'bearer',
      rate_limit: { requests_per_unit: 5, unit: 'SECOND' },
    });
  });

  it.each<[string, string, Json]>([
    [
      'a refused request',
      '/neighbour/',
      { decision: 'deny', reason: 'credential_missing', service: 'neighbour' },
    ],
    [
      'an open route',
      '/orders/open',
      { decision: 'allow', reason: 'route_open', service: 'orders', route: 'open' },
    ],
    [
      'the anonymous Consumer',
      '/guests/',
      {
        decision: 'allow',
        reason: 'allowed',
        service: 'guests',
        consumer: { id: guestId, username: 'guest', groups: [] },
      },
    ],
  ])('dynamic metadata: of %s they say no more than is known', async (_name, path, expected) => {
    const { requestId } = await world.call({ path });

    expect(await toldOf(requestId)).toEqual(expected);
  });

  it('dynamic metadata: claims are not among them', async () => {
    const { requestId } = await bring('/orders/', { tenant_id: 'value-of-a-claim' });

    expect(JSON.stringify(await world.metadataOf(requestId))).not.toContain('value-of-a-claim');
    expect(world.postern.output()).not.toContain('value-of-a-claim');
  });
});
