import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createSigningKey, FakeProvider, oauthError } from '../../support/fake-provider.ts';
import { findFreePort } from '../../support/ports.ts';
import { startOwnRedis } from '../../support/redis.ts';
import { describeProvider, type Json } from '../../support/world-config.ts';
import { startWorld, type World } from '../../support/world.ts';
import { forged, identitySeen } from './forged.ts';
import { basic, bearer, startWorldOn, storeKinds } from './stage.ts';

jest.setTimeout(30_000);

const guest = { username: 'guest', acls: [{ group: 'visitors' }] };
const groupless = { username: 'nobody' };

describe.each(storeKinds)('a Service with an anonymous Consumer, store: %s', (store) => {
  let idp: FakeProvider;
  let world: World;

  beforeAll(async () => {
    idp = await FakeProvider.start();
    const down = `http://127.0.0.1:${await findFreePort()}`;
    const plain = { identity_providers: ['idp'], anonymous: 'guest' };
    const methods = ['bearer', 'introspection', 'client_credentials', 'session'];
    world = await startWorldOn(store, {
      identityProviders: [
        describeProvider('idp', idp.issuer, { audience_required: ['api://orders'] }),
        describeProvider('down', down),
      ],
      services: [
        { ...plain, name: 'open', auth_methods: methods },
        { ...plain, name: 'visitors', acl: { allow: ['visitors'] } },
        { ...plain, name: 'members', acl: { allow: ['members'] } },
        { ...plain, name: 'groupless', anonymous: 'nobody', acl: { allow: ['members'] } },
        { ...plain, name: 'scoped', scopes_required: ['orders.read'] },
        { ...plain, name: 'claims', claims_required: ['tenant'] },
        { ...plain, name: 'registered', registration: {} },
        { ...plain, name: 'down', identity_providers: ['down'], auth_methods: methods },
        { ...plain, name: 'ghosts', anonymous: 'who-is-not-there' },
      ],
      consumers: [
        guest,
        groupless,
        { custom_id: 'client-1', username: 'member', acls: [{ group: 'members' }] },
        { custom_id: 'outsider', acls: [{ group: 'others' }] },
      ],
    });
  });

  beforeEach(() => {
    idp.recover();
    idp.token.clients.clear();
  });

  afterAll(async () => {
    await world.stop();
    await idp.close();
  });

  async function tokenOf(claims: Json = {}): Promise<string> {
    return idp.sign(idp.claims({ aud: 'api://orders', ...claims }));
  }

  const asGuest = {
    'x-anonymous-consumer': 'true',
    'x-consumer-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'x-consumer-username': 'guest',
    'x-consumer-groups': 'visitors',
  };

  it.each<[string, () => HeadersOrPromise]>([
    ['no credential', () => ({})],
    ['another scheme', () => ({ authorization: 'Digest username="x"' })],
    ['a token that is expired', async () => bearer(await tokenOf({ exp: 1 }))],
    ['a token for another audience', async () => bearer(await tokenOf({ aud: 'api://x' }))],
    ['a token of another issuer', async () => bearer(await tokenOf({ iss: 'https://x' }))],
    ['a token that is not good yet', async () => bearer(await tokenOf({ nbf: 4_000_000_000 }))],
    [
      'a token by a stranger',
      async () => {
        const stranger = await createSigningKey('RS256', idp.keys.at(-1)?.kid ?? '');
        return bearer(await idp.sign(idp.claims({ aud: 'api://orders' }), {}, stranger));
      },
    ],
    ['an opaque token that is inactive', () => bearer('made-up')],
    ['a token bound to a key', async () => bearer(await tokenOf({ cnf: { jkt: 'x' } }))],
    ['a token that names no Consumer', async () => bearer(await tokenOf({ client_id: undefined }))],
    ['a token of an unknown client', async () => bearer(await tokenOf({ client_id: 'stranger' }))],
    ['a session that is made up', () => ({ cookie: '__Host-postern_session=made-up' })],
    [
      'a pair that the provider rejects',
      () => {
        idp.token.clients.set('client-1', 'another');
        return basic('client-1', 'wrong');
      },
    ],
  ])('anonymous: stands in for %s', async (_name, headers) => {
    const lines = Object.entries(await headers());

    const outcome = await world.call({ path: '/open/', headers: [...forged, ...lines] });

    expect(outcome.status).toBe(200);
    expect(identitySeen(outcome)).toEqual(asGuest);
    const { authorization = '', cookie = '' } = outcome.upstreamSaw?.headers ?? {};
    expect(authorization + cookie).not.toMatch(/Bearer|Basic|session/);
  });

  it('anonymous: does not stand in for who is known', async () => {
    const outcome = await world.call({ path: '/open/', headers: bearer(await tokenOf()) });

    expect(identitySeen(outcome)).toMatchObject({ 'x-consumer-username': 'member' });
    expect(identitySeen(outcome)).not.toHaveProperty('x-anonymous-consumer');
  });

  it.each<[string, string, () => HeadersOrPromise, string]>([
    ['a credential that is malformed', 'open', () => bearer('two words'), 'credential_malformed'],
    [
      'two credentials',
      'open',
      () => ({ authorization: 'Bearer one, Bearer two' }),
      'credential_ambiguous',
    ],
    ['missing scopes', 'scoped', async () => bearer(await tokenOf()), 'scope_insufficient'],
    ['a claim', 'claims', async () => bearer(await tokenOf()), 'claim_refused'],
    ['registration', 'registered', async () => bearer(await tokenOf()), 'registration_missing'],
    [
      'the ACL',
      'members',
      async () => bearer(await tokenOf({ client_id: 'outsider' })),
      'group_not_allowed',
    ],
    ['its own registration', 'registered', () => ({}), 'registration_missing'],
    ['its own groups', 'members', () => ({}), 'group_not_allowed'],
    ['groups that it does not have', 'groupless', () => ({}), 'subject_anonymous'],
  ])('anonymous: never stands in for %s', async (_name, service, headers, reason) => {
    const { line, upstreamSaw } = await world.call({
      path: `/${service}/`,
      headers: await headers(),
    });

    expect(line['reason']).toBe(reason);
    expect(upstreamSaw).toBeNull();
  });

  it('anonymous: passes an ACL that has its group', async () => {
    expect((await world.call({ path: '/visitors/' })).status).toBe(200);
  });

  it.each<[string, string, () => HeadersOrPromise, string]>([
    ['a provider that is down, of a token', 'down', () => bearer('opaque'), 'idp_unavailable'],
    ['a provider that is down, of a pair', 'down', () => basic('a', 'b'), 'idp_unavailable'],
    [
      'introspection that fails',
      'open',
      () => {
        idp.fail({ kind: 'status', status: 500 }, 'introspection');
        return bearer('opaque-while-it-fails');
      },
      'idp_unavailable',
    ],
    [
      'a token endpoint that answers invalid_scope',
      'open',
      () => {
        idp.fail(oauthError('invalid_scope'), 'token');
        return basic('client-of-an-outage', 'b');
      },
      'idp_unavailable',
    ],
    ['an anonymous Consumer that does not exist', 'ghosts', () => ({}), 'internal'],
  ])('anonymous: never stands in for an outage: %s', async (_name, service, headers, reason) => {
    const { status, line, upstreamSaw } = await world.call({
      path: `/${service}/`,
      headers: await headers(),
    });

    expect({ status, reason: line['reason'] }).toEqual({ status: 503, reason });
    expect(upstreamSaw).toBeNull();
  });
});

type Headers = Readonly<Record<string, string>>;
type HeadersOrPromise = Headers | Promise<Headers>;

describe('a Redis that hangs', () => {
  it('anonymous: never stands in for a store that cannot be asked', async () => {
    const [idp, redis] = await Promise.all([FakeProvider.start(), startOwnRedis()]);
    const world = await startWorld({
      identityProviders: [describeProvider('idp', idp.issuer)],
      services: [{ name: 'open', identity_providers: ['idp'], anonymous: 'guest' }],
      consumers: [guest, { custom_id: 'client-1' }],
      redis,
    });
    expect((await world.call({ path: '/open/' })).status).toBe(200);
    redis.freeze();

    const { status, line } = await world.call({
      path: '/open/',
      headers: bearer(await idp.sign()),
    });
    redis.thaw();
    await Promise.all([world.stop(), idp.close()]);
    await redis.stop();

    expect({ status, reason: line['reason'] }).toEqual({
      status: 503,
      reason: 'store_unavailable',
    });
  });
});
