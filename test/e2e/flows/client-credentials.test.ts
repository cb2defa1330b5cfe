import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { fetchToken, startOidcProvider, type OidcProvider } from '../../support/oidc-provider.ts';
import { describeProvider } from '../../support/world-config.ts';
import { eventually, type Outcome, type World } from '../../support/world.ts';
import { basic, bearer, startWorldOn, storeKinds } from './stage.ts';

jest.setTimeout(30_000);

const billing = { id: 'billing', secret: 's3cret-of-billing' };
const unregistered = { id: 'unregistered', secret: 's3cret-of-another' };
const unknown = { id: 'unknown', secret: 's3cret-of-nobody' };
const changing = { id: 'changing', secret: 'the-first-secret' };

describe.each(storeKinds)('client credentials at a certified provider, store: %s', (store) => {
  let oidc: OidcProvider;
  let world: World;

  beforeAll(async () => {
    oidc = await startOidcProvider({
      clients: [
        billing,
        unregistered,
        unknown,
        changing,
        { id: 'postern', secret: 's3cret-of-postern' },
        ...storeKinds.map((id) => ({ id: `crowd-${id}`, secret: 's3cret-of-a-crowd' })),
      ],
      resources: {
        'urn:jwt': { audience: 'api://orders', scope: 'orders.read', format: 'jwt' },
        'urn:opaque': { audience: 'api://orders', scope: 'orders.read', format: 'opaque' },
      },
    });
    const pairs = {
      identity_providers: ['oidc'],
      auth_methods: ['bearer', 'introspection', 'client_credentials'],
      scopes_required: ['orders.read'],
      registration: {},
      acl: { allow: ['gold'] },
    };
    const asking = (resource: string) => ({ resource, scopes: ['orders.read'] });
    const approved = ['jwt', 'opaque', 'passed-on'].map((service) => ({
      service,
      status: 'approved',
    }));
    const app = { acls: [{ group: 'gold' }], registrations: approved };
    world = await startWorldOn(store, {
      identityProviders: [
        describeProvider('oidc', oidc.issuer, {
          audience_required: ['api://orders'],
          cache: { negative_ttl: '10m' },
        }),
      ],
      services: [
        {
          ...pairs,
          name: 'jwt',
          client_credentials: asking('urn:jwt'),
          routes: [{ name: 'admin', acl: { allow: ['admins'] } }],
        },
        { ...pairs, name: 'opaque', client_credentials: asking('urn:opaque') },
        {
          ...pairs,
          name: 'passed-on',
          client_credentials: asking('urn:jwt'),
          upstream_access_token: true,
        },
        { ...pairs, name: 'no-pairs', auth_methods: ['bearer'] },
      ],
      consumers: [
        { username: 'billing-app', custom_id: 'billing', ...app },
        { custom_id: 'changing', ...app },
        { custom_id: `crowd-${store}`, ...app },
        { custom_id: 'unregistered', acls: app.acls },
      ],
    });
  });

  afterAll(async () => {
    await world.stop();
    await oidc.close();
  });

  function bring(service: string, { id, secret }: typeof billing): Promise<Outcome> {
    return world.call({ path: `/${service}/`, headers: basic(id, secret) });
  }

  it.each([['jwt'], ['opaque']])(
    'client credentials: a Basic header becomes one %s token, and the request passes',
    async (service) => {
      const before = oidc.calls.token;

      const first = await bring(service, billing);
      const again = await bring(service, billing);

      expect([first.status, again.status]).toEqual([200, 200]);
      expect(first.line).toMatchObject({
        auth_method: 'client_credentials',
        client_id: 'billing',
        issuer: oidc.issuer,
        cache: 'miss',
      });
      expect(again.line).toMatchObject({ auth_method: 'client_credentials', cache: 'hit' });
      expect(oidc.calls.token - before).toBe(1);
    },
  );

  it('client credentials: the upstream gets the Consumer and the client id, and no secret', async () => {
    const { upstreamSaw } = await bring('jwt', billing);

    expect(upstreamSaw?.headers).toMatchObject({
      'x-consumer-username': 'billing-app',
      'x-consumer-custom-id': 'billing',
      'x-consumer-groups': 'gold',
      'x-credential-identifier': 'billing',
    });
    expect(upstreamSaw?.headers).not.toHaveProperty('authorization');
  });

  it('client credentials: the fetched token goes upstream with upstream_access_token, a brought one does not', async () => {
    const fetched = await bring('passed-on', billing);
    const question = { client: billing, resource: 'urn:jwt', scope: 'orders.read' };
    const token = await fetchToken(oidc.issuer, question);
    const brought = await world.call({ path: '/passed-on/', headers: bearer(token) });

    expect([fetched.status, brought.status]).toEqual([200, 200]);
    const [, payload = ''] = (fetched.upstreamSaw?.headers['authorization'] ?? '').split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      client_id: 'billing',
      aud: 'api://orders',
      scope: 'orders.read',
    });
    expect(brought.upstreamSaw?.headers).not.toHaveProperty('authorization');
  });

  it('client credentials: a wrong secret is client_rejected with a Basic challenge, and asked about once', async () => {
    const before = oidc.calls.token;

    const outcomes = [
      await bring('jwt', { ...billing, secret: 'wrong' }),
      await bring('jwt', { ...billing, secret: 'wrong' }),
    ];

    for (const { status, challenges, line, upstreamSaw } of outcomes) {
      expect({ status, challenges, reason: line['reason'], upstreamSaw }).toEqual({
        status: 401,
        challenges: ['Basic realm="jwt"'],
        reason: 'client_rejected',
        upstreamSaw: null,
      });
    }
    expect(oidc.calls.token - before).toBe(1);
    expect((await bring('jwt', billing)).status).toBe(200);
  });

  it('client credentials: a client id that the provider does not know is client_rejected', async () => {
    const { line } = await bring('jwt', { id: 'stranger', secret: 'any' });

    expect(line).toMatchObject({ reason: 'client_rejected', http_status: 401, consumer: null });
  });

  it('client credentials: after a change of the secret the new one passes at once, and wrong ones do not', async () => {
    expect((await bring('jwt', changing)).status).toBe(200);
    oidc.setSecret('changing', 'the-second-secret');

    const outcomes = [
      await bring('jwt', { ...changing, secret: 'the-second-secret' }),
      await bring('opaque', changing),
    ];

    expect(outcomes.map(({ line }) => line['reason'])).toEqual(['allowed', 'client_rejected']);
  });

  it('client credentials: fifty first requests at once make one token call', async () => {
    const before = oidc.calls.token;
    const pair = { id: `crowd-${store}`, secret: 's3cret-of-a-crowd' };

    const outcomes = await Promise.all(Array.from({ length: 50 }, () => bring('jwt', pair)));

    expect(outcomes.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(oidc.calls.token - before).toBe(1);
  });

  it.each([
    ['registration', '/jwt/', unregistered, 'registration_missing'],
    ['the Consumer', '/jwt/', unknown, 'consumer_unknown'],
    ['the ACL of a Route', '/jwt/admin', billing, 'group_not_allowed'],
  ])('client credentials: %s is judged behind the pair', async (_name, path, client, reason) => {
    const { status, line } = await world.call({
      path,
      headers: basic(client.id, client.secret),
    });

    expect({ status, reason: line['reason'] }).toEqual({ status: 403, reason });
  });

  it('client credentials: a registration that is revoked bites on a cached token', async () => {
    expect((await bring('jwt', billing)).status).toBe(200);
    const revoked = [{ service: 'jwt', status: 'revoked' }];
    await world.replaceConsumers([
      {
        username: 'billing-app',
        custom_id: 'billing',
        acls: [{ group: 'gold' }],
        registrations: revoked,
      },
    ]);

    const { line } = await eventually(
      () => bring('jwt', billing),
      ({ status }) => status === 403,
    );

    expect(line).toMatchObject({ reason: 'registration_revoked', cache: 'hit' });
  });

  it('client credentials: where the method is off a Basic header is no credential', async () => {
    const { status, challenges, line } = await bring('no-pairs', billing);

    expect({ status, challenges, reason: line['reason'] }).toEqual({
      status: 401,
      challenges: ['Bearer realm="no-pairs"'],
      reason: 'credential_missing',
    });
  });

  it('client credentials: no secret of a caller and no fetched token is in the log or the metrics', async () => {
    const metrics = await (await fetch(`${world.postern.opsUrl}/metrics`)).text();
    const told = world.postern.output() + metrics;
    const passedOn = world.upstream.requests
      .map(({ headers }) => headers['authorization'])
      .filter((value) => value !== undefined);

    const secrets = [
      ...[billing, unregistered, unknown, changing].map(({ secret }) => secret),
      's3cret-of-a-crowd',
      'the-second-secret',
      ...passedOn.flatMap((value) => value.replace('Bearer ', '').split('.').slice(1)),
    ];

    expect(passedOn.length).toBeGreaterThan(0);
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
  });
});
