import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { callHttp2 } from '../../support/http-caller.ts';
import type { OidcEndpoint } from '../../support/oidc-provider.ts';
import type { Json } from '../../support/world-config.ts';
import { eventually } from '../../support/world.ts';
import {
  clearing,
  cookieOf,
  describeService,
  fetchProvenToken,
  flip,
  gold,
  silver,
  startSessions,
  type SessionRig,
  type Storage,
} from './session-rig.ts';

jest.setTimeout(60_000);

const publicUrl = 'https://api.example.com';
const endpoints: readonly OidcEndpoint[] = ['discovery', 'jwks', 'introspection', 'token'];

function consumer(name: string, groups: readonly string[], status = 'approved'): Json {
  return {
    username: `${name} of the tests`,
    custom_id: name,
    acls: groups.map((group) => ({ group })),
    registrations: [{ service: 'orders', status }],
  };
}

const asBefore = [
  consumer('gold-app', ['gold']),
  consumer('silver-app', ['gold', 'silver']),
  { username: 'guest' },
];

describe.each<[Storage]>([['cookie'], ['redis']])('a session, storage: %s', (storage) => {
  let rig: SessionRig;

  beforeAll(async () => {
    rig = await startSessions({
      storage,
      services: [
        describeService('orders', { registration: {}, acl: { allow: ['gold'] } }),
        describeService('other'),
        describeService('named', {
          session: {
            cookie_name: 'own_session',
            cookie_path: '/named',
            cookie_domain: 'example.com',
            cookie_same_site: 'Strict',
          },
        }),
        describeService('guests', { anonymous: 'guest' }),
        describeService('bound', { proof_of_possession_dpop: 'optional', public_url: publicUrl }),
        describeService('pairs', { auth_methods: ['bearer', 'client_credentials', 'session'] }),
        describeService('open-to-pairs', {
          auth_methods: ['bearer', 'client_credentials', 'session'],
          session: { opened_by: ['client_credentials'] },
        }),
      ],
      consumers: asBefore,
    });
  });

  beforeEach(() => {
    rig.oidc.failing.clear();
    rig.world.upstream.responseHeaders.splice(0);
  });

  afterAll(() => rig.stop());

  /** From now on the provider is of no use; gives how often it was asked since. */
  function stopProvider(): () => number {
    for (const endpoint of endpoints) rig.oidc.failing.set(endpoint, 503);
    const count = () => Object.values(rig.oidc.calls).reduce((sum, calls) => sum + calls, 0);
    const before = count();
    return () => count() - before;
  }

  describe('is opened', () => {
    it.each([
      ['bearer', 'urn:jwt'],
      ['introspection', 'urn:opaque'],
    ])('by the first success with %s, beside the cookies of the upstream', async (method, kind) => {
      rig.world.upstream.responseHeaders.push(['set-cookie', 'a=1; Path=/'], ['set-cookie', 'b=2']);
      const token = await rig.fetch(gold, kind);

      const { status, setCookies, line } = await rig.bring('orders', { token });

      expect([status, line['auth_method']]).toEqual([200, method]);
      expect(setCookies).toEqual([
        'a=1; Path=/',
        'b=2',
        expect.stringMatching(
          /^__Host-postern_session=[\w-]+; Path=\/; Max-Age=\d+; Secure; HttpOnly; SameSite=Lax$/,
        ),
      ]);
      const maxAge = Number(/Max-Age=(\d+)/.exec(setCookies.at(-1) ?? '')?.[1]);
      expect(maxAge).toBeGreaterThan(0);
      expect(maxAge).toBeLessThanOrEqual(300);
    });

    it('with the name and the attributes that its Service gives to the cookie', async () => {
      const opened = await rig.bring('named', { token: await rig.fetch() });
      const resumed = await rig.bring('named', { cookie: cookieOf(opened) });

      expect(opened.setCookies).toEqual([
        expect.stringMatching(
          /^__Secure-own_session=[\w-]+; Path=\/named; Domain=example.com; Max-Age=\d+; Secure; HttpOnly; SameSite=Strict$/,
        ),
      ]);
      expect(resumed.line).toMatchObject({ reason: 'allowed', auth_method: 'session' });
    });

    it('once for a token, and by no other token beside a good session', async () => {
      const token = await rig.fetch();
      const cookie = cookieOf(await rig.bring('orders', { token }));

      const again = await rig.bring('orders', { token });
      const beside = await rig.bring('orders', { token: await rig.fetch(), cookie });

      expect([again.status, again.setCookies]).toEqual([200, []]);
      expect([beside.status, beside.setCookies]).toEqual([200, []]);
    });

    it('in place of a good one that is somebody else’s', async () => {
      const planted = cookieOf(await rig.bring('orders', { token: await rig.fetch(silver) }));

      const beside = await rig.bring('orders', { token: await rig.fetch(), cookie: planted });
      const resumed = await rig.bring('orders', { cookie: cookieOf(beside) });

      expect(resumed.line).toMatchObject({ auth_method: 'session', client_id: 'gold-app' });
    });

    it('by nothing that was refused', async () => {
      const refused = await rig.bring('orders', { token: 'a-token-that-nobody-knows' });

      expect([refused.status, refused.setCookies]).toEqual([401, []]);
    });

    it('by no token that is bound to a key, since a cookie has no proof', async () => {
      const url = `${publicUrl}/bound/`;
      const headers = await fetchProvenToken(rig.oidc, url);

      const outcome = await rig.world.call({ path: '/bound/', headers });

      expect([outcome.status, outcome.setCookies]).toEqual([200, []]);
    });

    it('by client credentials only where opened_by has them', async () => {
      const closed = await rig.bring('pairs', { basic: gold });
      const opened = await rig.bring('open-to-pairs', { basic: gold });
      const byToken = await rig.bring('open-to-pairs', { token: await rig.fetch() });
      const asked = stopProvider();
      const resumed = await rig.bring('open-to-pairs', { cookie: cookieOf(opened) });

      expect([closed.status, closed.setCookies]).toEqual([200, []]);
      expect([byToken.status, byToken.setCookies]).toEqual([200, []]);
      expect(opened.line['auth_method']).toBe('client_credentials');
      expect(resumed.line).toMatchObject({ reason: 'allowed', auth_method: 'session' });
      expect(resumed.upstreamSaw?.headers['x-credential-identifier']).toBe('gold-app');
      expect(asked()).toBe(0);
    });
  });

  describe('that is open', () => {
    it('lets its cookie alone pass without any call to the provider', async () => {
      const cookie = await rig.open('orders');
      const asked = stopProvider();

      const { status, setCookies, line, upstreamSaw } = await rig.bring('orders', { cookie });

      expect([status, setCookies]).toEqual([200, []]);
      expect(line).toMatchObject({ auth_method: 'session', client_id: 'gold-app' });
      expect(line['issuer']).toBe(rig.oidc.issuer);
      expect(upstreamSaw?.headers).toMatchObject({
        'x-consumer-username': 'gold-app of the tests',
        'x-consumer-groups': 'gold',
      });
      expect(asked()).toBe(0);
    });

    it('gives way to a bearer token beside it, be that good or bad', async () => {
      const cookie = await rig.open('orders');

      const good = await rig.bring('orders', { cookie, token: await rig.fetch(silver) });
      const bad = await rig.bring('orders', { cookie, token: 'a-token-that-nobody-knows' });

      expect(good.line).toMatchObject({ auth_method: 'bearer', client_id: 'silver-app' });
      expect(bad.line['reason']).toBe('token_inactive');
      expect([good.status, bad.status, bad.setCookies]).toEqual([200, 401, []]);
    });

    it('keeps its cookie from the upstream, and leaves it the others', async () => {
      const session = await rig.open('orders');
      const cookie = `first=1; ${session}; last="2 3"`;

      const alone = await rig.bring('orders', { cookie });
      const beside = await rig.bring('orders', { cookie, token: await rig.fetch() });
      const only = await rig.bring('orders', { cookie: session });

      expect(alone.upstreamSaw?.headers['cookie']).toBe('first=1; last="2 3"');
      expect(beside.upstreamSaw?.headers['cookie']).toBe('first=1; last="2 3"');
      expect(only.upstreamSaw?.headers).not.toHaveProperty('cookie');
    });

    it('is found among cookies in headers of their own, as HTTP/2 may have them', async () => {
      const session = await rig.open('orders');
      const cookies = ['first=1', session, 'last=2'].map((pair) => ['cookie', pair] as const);

      const status = await callHttp2(rig.world.envoy.port, { path: '/orders/', headers: cookies });

      expect(status).toBe(200);
      expect(rig.world.upstream.requests.at(-1)?.headers['cookie']).toBe('first=1; last=2');
    });

    it.each([
      [
        'a revoked registration',
        [consumer('gold-app', ['gold'], 'revoked')],
        'registration_revoked',
      ],
      ['another group', [consumer('gold-app', ['silver'])], 'group_not_allowed'],
      ['a Consumer that is gone', [], 'consumer_unknown'],
    ])('is ended by %s, as long as that lasts', async (_what, consumers, reason) => {
      const cookie = await rig.open('orders');
      const reasonOf = async () => (await rig.bring('orders', { cookie })).line['reason'];
      expect(await reasonOf()).toBe('allowed');

      await rig.world.replaceConsumers([...consumers, { username: 'guest' }]);
      await eventually(reasonOf, (seen) => seen === reason);

      await rig.world.replaceConsumers(asBefore);
      await eventually(reasonOf, (seen) => seen === 'allowed');
    });
  });

  describe('that is no good', () => {
    const mutations: readonly [string, (cookie: string) => string][] = [
      ['tampered with', (cookie) => flip(cookie, 40)],
      ['changed at its end', (cookie) => flip(cookie, cookie.length - 2)],
      ['cut off', (cookie) => cookie.slice(0, -5)],
      ['made longer', (cookie) => `${cookie}AAAA`],
      ['empty', (cookie) => cookie.slice(0, cookie.indexOf('=') + 1)],
      ['sent twice', (cookie) => `${cookie}; ${cookie}`],
      ['far too long', (cookie) => `${cookie}${'A'.repeat(8000)}`],
    ];

    it.each(mutations)('is refused and cleared, the cookie being %s', async (_how, change) => {
      const cookie = await rig.open('orders');

      const outcome = await rig.bring('orders', { cookie: change(cookie) });

      expect([outcome.status, outcome.line['reason']]).toEqual([401, 'session_invalid']);
      expect(outcome.setCookies).toEqual([clearing]);
      expect(outcome.challenges).toEqual(['Bearer realm="orders", error="invalid_token"']);
      expect((await rig.bring('orders', { cookie })).status).toBe(200);
    });

    it('is refused at another Service than the one that opened it', async () => {
      const cookie = await rig.open('orders');

      const { line, setCookies } = await rig.bring('other', { cookie });

      expect(line['reason']).toBe('session_invalid');
      expect(setCookies).toEqual([clearing]);
    });

    it('does not stand in the way of a good token, which opens another one', async () => {
      const broken = (await rig.open('orders')).slice(0, -5);

      const outcome = await rig.bring('orders', { cookie: broken, token: await rig.fetch() });
      const resumed = await rig.bring('orders', { cookie: cookieOf(outcome) });

      expect(outcome.line).toMatchObject({ reason: 'allowed', auth_method: 'bearer' });
      expect(resumed.line).toMatchObject({ reason: 'allowed', auth_method: 'session' });
    });

    it('lets the anonymous Consumer stand in, and is cleared all the same', async () => {
      const cookie = flip(await rig.open('guests'), 40);

      const { status, setCookies, upstreamSaw } = await rig.bring('guests', { cookie });

      expect([status, setCookies]).toEqual([200, [clearing]]);
      expect(upstreamSaw?.headers).toMatchObject({
        'x-anonymous-consumer': 'true',
        'x-consumer-username': 'guest',
      });
      expect(upstreamSaw?.headers).not.toHaveProperty('cookie');
    });
  });
});
