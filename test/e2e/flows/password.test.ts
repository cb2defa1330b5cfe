import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FakeProvider, oauthError, type Fault } from '../../support/fake-provider.ts';
import { startOidcProvider, type OidcProvider } from '../../support/oidc-provider.ts';
import { describeProvider } from '../../support/world-config.ts';
import { startWorld, type Outcome, type World } from '../../support/world.ts';
import { basic, startWorldOn, storeKinds, wasShown } from './stage.ts';

jest.setTimeout(30_000);

const alice = { name: 'alice', password: 'pässword-of-alice' };
const bob = { name: 'bob', password: 'password-of-bob' };

describe.each(storeKinds)('the certified provider, store: %s', (store) => {
  let oidc: OidcProvider;
  let world: World;

  beforeAll(async () => {
    oidc = await startOidcProvider({
      clients: [
        { id: 'postern', secret: 's3cret-of-postern', grants: ['password', 'client_credentials'] },
      ],
      users: [{ ...alice, claims: { employee: 'e-1' } }, bob],
      resources: {
        'urn:jwt': { audience: 'api://orders', scope: 'orders.read', format: 'jwt' },
        'urn:opaque': { audience: 'api://orders', scope: 'orders.read', format: 'opaque' },
      },
    });
    const users = {
      identity_providers: ['oidc'],
      auth_methods: ['bearer', 'password'],
      scopes_required: ['orders.read'],
      acl: { allow: ['gold'] },
    };
    const asking = (resource: string) => ({ resource, scopes: ['orders.read'] });
    world = await startWorldOn(store, {
      identityProviders: [
        describeProvider('oidc', oidc.issuer, { audience_required: ['api://orders'] }),
      ],
      services: [
        { ...users, name: 'jwt', password: asking('urn:jwt') },
        { ...users, name: 'opaque', password: asking('urn:opaque') },
        {
          ...users,
          name: 'mapped',
          password: { ...asking('urn:jwt'), consumer_claims: ['employee'] },
          upstream_access_token: true,
        },
        { ...users, name: 'off', auth_methods: ['bearer'] },
      ],
      consumers: [
        { username: 'Alice', custom_id: 'alice', acls: [{ group: 'gold' }] },
        { username: 'Employee 1', custom_id: 'e-1', acls: [{ group: 'gold' }] },
        { username: 'Bob', custom_id: 'bob' },
      ],
    });
  });

  afterAll(async () => {
    await world.stop();
    await oidc.close();
  });

  function bring(service: string, { name, password }: typeof alice): Promise<Outcome> {
    return world.call({ path: `/${service}/`, headers: basic(name, password) });
  }

  it.each([['jwt'], ['opaque']])(
    'password: the Basic header of a user becomes one %s token, and the request passes',
    async (service) => {
      const before = oidc.calls.token;

      const outcomes = [await bring(service, alice), await bring(service, alice)];

      expect(outcomes.map(({ status }) => status)).toEqual([200, 200]);
      expect(outcomes.map(({ line }) => line['cache'])).toEqual(['miss', 'hit']);
      expect(outcomes[0]?.line).toMatchObject({ auth_method: 'password', client_id: 'alice' });
      expect(oidc.calls.token - before).toBe(1);
    },
  );

  it('password: the Consumer is found by the claim of the user, sub unless another is named', async () => {
    const [bySub, byClaim] = [await bring('jwt', alice), await bring('mapped', alice)];

    expect(bySub.upstreamSaw?.headers).toMatchObject({
      'x-consumer-username': 'Alice',
      'x-credential-identifier': 'alice',
    });
    expect(byClaim.upstreamSaw?.headers['x-consumer-username']).toBe('Employee 1');
    expect((await bring('mapped', bob)).line['reason']).toBe('consumer_claim_missing');
  });

  it('password: the upstream gets no password, and the token only with upstream_access_token', async () => {
    const [hidden, shown] = [await bring('jwt', alice), await bring('mapped', alice)];

    expect(hidden.upstreamSaw?.headers).not.toHaveProperty('authorization');
    expect(shown.upstreamSaw?.headers['authorization']).toMatch(/^Bearer eyJ/);
  });

  it('password: a wrong one is client_rejected with a Basic challenge, and asked about once', async () => {
    const before = oidc.calls.token;
    const wrong = { ...alice, password: 'wrong' };

    const outcomes = [await bring('jwt', wrong), await bring('jwt', wrong)];

    for (const { status, challenges, line } of outcomes) {
      expect({ status, challenges, reason: line['reason'] }).toEqual({
        status: 401,
        challenges: ['Basic realm="jwt"'],
        reason: 'client_rejected',
      });
    }
    expect(oidc.calls.token - before).toBe(1);
  });

  it('password: the ACL is judged behind it', async () => {
    expect((await bring('jwt', bob)).line['reason']).toBe('group_not_allowed');
  });

  it('password: off unless it is switched on', async () => {
    expect((await bring('off', alice)).line['reason']).toBe('credential_missing');
  });

  it('password: none is in the log', () => {
    const told = world.postern.output();

    expect([alice, bob].filter(({ password }) => told.includes(password))).toEqual([]);
  });
});

describe('the token endpoint, password grant', () => {
  let idp: FakeProvider;
  let other: FakeProvider;
  let world: World;
  let count = 0;

  beforeAll(async () => {
    [idp, other] = await Promise.all([FakeProvider.start(), FakeProvider.start()]);
    idp.token.claims = { user: 'anybody' };
    const password = {
      identity_provider: 'idp',
      consumer_claims: ['user'],
      param_type: ['header', 'query'],
      scopes: ['orders.read', 'orders.write'],
      audience: ['api://orders', 'api://stock'],
      resource: 'urn:orders',
      args: { realm: 'staff' },
    };
    const read = (basic_decoding: string) => ({
      name: basic_decoding,
      identity_providers: ['idp'],
      auth_methods: ['password'],
      password: { consumer_claims: ['user'], basic_decoding },
    });
    world = await startWorld({
      identityProviders: [
        describeProvider('idp', idp.issuer),
        describeProvider('other', other.issuer),
      ],
      services: [
        {
          name: 'orders',
          identity_providers: ['idp', 'other'],
          auth_methods: ['bearer', 'password'],
          password,
        },
        read('auto'),
        read('raw'),
        read('form'),
      ],
      consumers: [{ custom_id: 'anybody' }],
    });
  });

  afterAll(async () => {
    await world.stop();
    await Promise.all([idp.close(), other.close()]);
  });

  function freshUser(): [name: string, password: string] {
    count += 1;
    return [`user-${count}`, `password-of-${count}`];
  }

  function bring(user: [name: string, password: string], service = 'orders'): Promise<Outcome> {
    return world.call({ path: `/${service}/`, headers: basic(...user) });
  }

  it('password: the request is made by Postern’s own client, and goes to the named provider alone', async () => {
    const [name, password] = freshUser();

    expect((await bring([name, password])).status).toBe(200);

    const asked = idp.tokenRequests.at(-1);
    expect(asked?.credentials).toEqual({
      method: 'basic',
      id: 'postern',
      secret: 's3cret-of-postern',
    });
    expect([...(asked?.form ?? [])].toSorted()).toEqual([
      ['audience', 'api://orders'],
      ['audience', 'api://stock'],
      ['grant_type', 'password'],
      ['password', password],
      ['realm', 'staff'],
      ['resource', 'urn:orders'],
      ['scope', 'orders.read orders.write'],
      ['username', name],
    ]);
    expect(wasShown(other, password)).toBe(false);
  });

  it.each([
    ['auto', 'allowed', ['one%2Btwo', 'one+two']],
    ['raw', 'client_rejected', ['one%2Btwo']],
    ['form', 'allowed', ['one+two']],
  ])('password: basic_decoding %s makes of an encoded one: %s', async (service, reason, tried) => {
    const [name] = freshUser();
    idp.token.users.set(name, 'one+two');
    const before = idp.tokenRequests.length;

    const { line } = await bring([name, 'one%2Btwo'], service);
    idp.token.users.clear();

    expect(line['reason']).toBe(reason);
    const asked = idp.tokenRequests.slice(before);
    expect(asked.map(({ form }) => form.get('password'))).toEqual(tried);
  });

  it('password: username and password pass in the query where that is on, and are hidden', async () => {
    const [name, password] = freshUser();

    const { status, upstreamSaw } = await world.call({
      path: `/orders/?a=1&username=${name}&password=${password}`,
    });

    expect(status).toBe(200);
    expect(upstreamSaw?.path).toBe('/orders/?a=1');
  });

  it.each<[string, string, Fault]>([
    ['invalid_grant', 'client_rejected', oauthError('invalid_grant')],
    ['invalid_grant with 401', 'client_rejected', oauthError('invalid_grant', 401)],
    ['invalid_client', 'idp_unavailable', oauthError('invalid_client', 401)],
    ['unauthorized_client', 'idp_unavailable', oauthError('unauthorized_client')],
    ['access_denied', 'idp_unavailable', oauthError('access_denied', 403)],
    ['invalid_scope', 'idp_unavailable', oauthError('invalid_scope')],
    ['unsupported_grant_type', 'idp_unavailable', oauthError('unsupported_grant_type')],
    ['a failure', 'idp_unavailable', { kind: 'status', status: 500 }],
    ['a page to log in', 'idp_unavailable', { kind: 'html' }],
  ])('password: the answer %s is %s', async (_name, reason, fault) => {
    const user = freshUser();
    idp.script('token', fault);

    const [first, again] = [await bring(user), await bring(user)];

    expect(first.line['reason']).toBe(reason);
    expect(first.status).toBe(reason === 'client_rejected' ? 401 : 503);
    // Only what speaks of the user is remembered.
    expect(again.line['reason']).toBe(reason === 'client_rejected' ? reason : 'allowed');
  });
});
