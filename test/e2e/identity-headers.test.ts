import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ownedHeaders } from '../../src/authz/identity-headers.ts';
import { FakeProvider } from '../support/fake-provider.ts';
import { callHttp2, type HeaderLines } from '../support/http-caller.ts';
import type { ReceivedRequest } from '../support/upstream.ts';
import { describeProvider } from '../support/world-config.ts';
import { startWorld, type World } from '../support/world.ts';

jest.setTimeout(30_000);

const goldId = '11111111-1111-4111-8111-111111111111';
const guestId = '22222222-2222-4222-8222-222222222222';
const unicodeName = 'bücher-日本';

/** Each header of ours twice, in its usual spelling and in others that some upstreams read as it. */
const forged: HeaderLines = [...ownedHeaders].flatMap((name) => [
  [name, 'forged-1'] as const,
  [name.toUpperCase(), 'forged-2'] as const,
  [name.replaceAll('-', '_'), 'forged-3'] as const,
  [name.replace('-', '_'), 'forged-4'] as const,
  [name.replace(/-(?=[^-]*$)/, '_').toUpperCase(), 'forged-5'] as const,
]);

/** Headers that an upstream could take for ours, as they came. */
function identitySeen(seen: ReceivedRequest | null): (readonly [string, string])[] {
  return (seen?.rawHeaders ?? [])
    .filter(([name]) => /^x[-_](consumer|authenticated|credential|anonymous)/i.test(name))
    .toSorted(([one], [other]) => one.localeCompare(other));
}

const goldHeaders = [
  ['x-consumer-custom-id', 'gold-app'],
  ['x-consumer-groups', 'gold, silver'],
  ['x-consumer-id', goldId],
  ['x-consumer-username', 'gold-user'],
  ['x-credential-identifier', 'client-1'],
];

let idp: FakeProvider;
let world: World;

function authorization(claims: Readonly<Record<string, unknown>>): Promise<[string, string]> {
  return idp
    .sign(idp.claims(claims))
    .then((token): [string, string] => ['authorization', `Bearer ${token}`]);
}

beforeAll(async () => {
  idp = await FakeProvider.start();
  const plain = { identity_providers: ['idp'] };
  world = await startWorld({
    identityProviders: [describeProvider('idp', idp.issuer)],
    services: [
      {
        ...plain,
        name: 'orders',
        acl: { allow: ['gold'] },
        routes: [
          { name: 'open', auth: 'none' },
          { name: 'hidden', acl: { allow: ['gold'], hide_groups_header: true } },
          { name: 'denying', acl: { deny: ['blocked'] } },
          { name: 'claimed', acl: { allow: ['eng'], always_use_authenticated_groups: true } },
          { name: 'claims-deny', acl: { deny: ['x'], always_use_authenticated_groups: true } },
        ],
      },
      { ...plain, name: 'preflight', run_on_preflight: false, acl: { allow: ['gold'] } },
      { ...plain, name: 'guests', anonymous: 'guest', acl: { deny: ['blocked'] } },
      { ...plain, name: 'strangers', consumer_optional: true, acl: { allow: ['eng'] } },
      { ...plain, name: 'kept', hide_credentials: false },
    ],
    consumers: [
      {
        id: goldId,
        username: 'gold-user',
        custom_id: 'gold-app',
        acls: [{ group: 'gold' }, { group: 'silver' }],
      },
      { id: guestId, username: 'guest' },
      { id: '33333333-3333-4333-8333-333333333333', custom_id: 'bare' },
      { custom_id: unicodeName, acls: [{ group: 'gold' }, { group: 'größe' }] },
      { custom_id: 'commas', acls: [{ group: 'gold' }, { group: 'a,b' }, { group: 'c\nd' }] },
    ],
  });
});

afterAll(async () => {
  await world.stop();
  await idp.close();
});

describe('forged identity headers', () => {
  it('are replaced by those of the Consumer, which stand alone', async () => {
    const headers = [...forged, await authorization({ client_id: 'gold-app' })];

    const { status, upstreamSaw } = await world.call({ path: '/orders/', headers });

    expect(status).toBe(200);
    expect(identitySeen(upstreamSaw)).toEqual(goldHeaders);
  });

  it.each([
    ['an open route', { path: '/orders/open' }, []],
    ['a preflight', { path: '/preflight/', method: 'OPTIONS' }, []],
    [
      'the anonymous Consumer',
      { path: '/guests/' },
      [
        ['x-anonymous-consumer', 'true'],
        ['x-consumer-groups', ''],
        ['x-consumer-id', guestId],
        ['x-consumer-username', 'guest'],
      ],
    ],
  ])('do not pass with %s', async (_name, call, expected) => {
    const { status, upstreamSaw } = await world.call({ ...call, headers: forged });

    expect(status).toBe(200);
    expect(identitySeen(upstreamSaw)).toEqual(expected);
  });

  it('do not pass where the Consumer lacks what they name', async () => {
    const headers = [...forged, await authorization({ client_id: 'bare', sub: undefined })];

    const { upstreamSaw } = await world.call({ path: '/kept/', headers });

    expect(identitySeen(upstreamSaw)).toEqual([
      ['x-consumer-custom-id', 'bare'],
      ['x-consumer-id', '33333333-3333-4333-8333-333333333333'],
    ]);
  });

  it('do not pass over HTTP/2', async () => {
    const lower = forged.filter(([name]) => name === name.toLowerCase());
    const before = world.upstream.requests.length;

    await callHttp2(world.envoy.port, {
      path: '/orders/',
      headers: [...lower, ...lower, await authorization({ client_id: 'gold-app' })],
    });

    expect(identitySeen(world.upstream.requests[before] ?? null)).toEqual(goldHeaders);
  });

  it('cannot be had by naming ours in Connection', async () => {
    const headers: HeaderLines = [
      ['connection', 'x-consumer-id, x-consumer-groups'],
      await authorization({ client_id: 'gold-app' }),
    ];

    const { upstreamSaw } = await world.call({ path: '/orders/', headers });

    expect(identitySeen(upstreamSaw)).toEqual(goldHeaders);
    expect(upstreamSaw?.headers['connection'] ?? '').not.toContain('x-consumer');
  });
});

describe('groups', () => {
  const one = [['x-authenticated-groups', 'eng, ops']];

  it.each([
    ['/orders/hidden', 'gold-app', ['ignored'], []],
    ['/orders/denying', 'gold-app', ['ignored'], [['x-consumer-groups', 'gold, silver']]],
    ['/orders/denying', 'bare', undefined, [['x-consumer-groups', '']]],
    ['/orders/claimed', 'gold-app', ['eng', 'ops'], one],
    ['/orders/claims-deny', 'gold-app', ['eng', 'ops'], one],
    ['/orders/claims-deny', 'gold-app', [], [['x-authenticated-groups', '']]],
    ['/orders/claims-deny', 'gold-app', undefined, [['x-consumer-groups', 'gold, silver']]],
    ['/strangers/', 'nobody-we-know', ['eng', 'ops'], one],
    ['/kept/', 'gold-app', ['ignored'], [['x-consumer-groups', 'gold, silver']]],
    ['/orders/', 'commas', undefined, [['x-consumer-groups', 'gold']]],
  ])('of %s for %s with the claim %j are told as %j', async (path, clientId, groups, expected) => {
    const headers = [...forged, await authorization({ client_id: clientId, groups })];

    const { status, upstreamSaw } = await world.call({ path, headers });

    expect(status).toBe(200);
    expect(identitySeen(upstreamSaw).filter(([name]) => name.endsWith('groups'))).toEqual(expected);
  });

  it('cross the wire in UTF-8, as names do', async () => {
    const headers = [await authorization({ client_id: unicodeName })];

    const { upstreamSaw } = await world.call({ path: '/orders/', headers });

    const seen = identitySeen(upstreamSaw).map(([name, value]) => [
      name,
      Buffer.from(value, 'latin1').toString('utf8'),
    ]);
    expect(seen).toContainEqual(['x-consumer-custom-id', unicodeName]);
    expect(seen).toContainEqual(['x-consumer-groups', 'gold, größe']);
  });
});

describe('the credential', () => {
  it('is taken off', async () => {
    const headers = [await authorization({ client_id: 'gold-app' })];

    const { upstreamSaw } = await world.call({ path: '/orders/', headers });

    expect(upstreamSaw?.headers).not.toHaveProperty('authorization');
  });

  it('stays where the Service keeps it', async () => {
    const [name, value] = await authorization({ client_id: 'gold-app' });

    const { upstreamSaw } = await world.call({ path: '/kept/', headers: { [name]: value } });

    expect(upstreamSaw?.headers['authorization']).toBe(value);
  });
});
