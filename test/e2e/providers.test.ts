import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FakeProvider } from '../support/fake-provider.ts';
import { fetchToken, startOidcProvider, type OidcProvider } from '../support/oidc-provider.ts';
import { describeProvider } from '../support/world-config.ts';
import { eventually, startWorld, type Outcome, type World } from '../support/world.ts';

jest.setTimeout(30_000);

const app = { id: 'billing', secret: 'billing-secret', claims: { groups: ['gold'] } };
const postern = { id: 'postern', secret: 's3cret-of-postern' };

let oidc: OidcProvider;
let a: FakeProvider;
let b: FakeProvider;
let rotating: FakeProvider;
let world: World;

beforeAll(async () => {
  oidc = await startOidcProvider({
    clients: [app, postern],
    resources: {
      'urn:jwt': { audience: 'api://orders', scope: 'orders.read orders.write', format: 'jwt' },
      'urn:opaque': { audience: 'api://orders', scope: 'orders.read', format: 'opaque' },
    },
  });
  [a, b, rotating] = await Promise.all([
    FakeProvider.start(),
    FakeProvider.start(),
    FakeProvider.start(),
  ]);
  world = await startWorld({
    identityProviders: [
      describeProvider('oidc', oidc.issuer, { audience_required: ['api://orders'] }),
      describeProvider('a', a.issuer),
      describeProvider('b', b.issuer),
      describeProvider('rotating', rotating.issuer, { rediscovery: '100ms' }),
    ],
    services: [
      {
        name: 'orders',
        identity_providers: ['oidc'],
        scopes_required: ['orders.read'],
        registration: {},
      },
      { name: 'writes', identity_providers: ['oidc'], scopes_required: ['orders.write'] },
      { name: 'both', identity_providers: ['a', 'b'], introspect_in_order: true },
      { name: 'both-jwt', identity_providers: ['a', 'b'], auth_methods: ['bearer'] },
      { name: 'only-b', identity_providers: ['b'] },
      { name: 'asks-b', identity_providers: ['b'], auth_methods: ['introspection'] },
      { name: 'rotating', identity_providers: ['rotating'] },
    ],
    consumers: [
      {
        username: 'billing-app',
        custom_id: 'billing',
        registrations: [{ service: 'orders', status: 'approved' }],
      },
      { custom_id: 'client-1' },
      { custom_id: 'bound', identity_provider: 'a' },
    ],
  });
});

afterAll(async () => {
  await world.stop();
  await Promise.all([oidc.close(), a.close(), b.close(), rotating.close()]);
});

function bring(service: string, token: string): Promise<Outcome> {
  return world.call({ path: `/${service}/`, headers: { authorization: `Bearer ${token}` } });
}

async function reasonOf(service: string, token: string): Promise<unknown> {
  return (await bring(service, token)).line['reason'];
}

/** Whether a provider was shown a token, in whatever part of a request. */
function wasShown(provider: FakeProvider, token: string): boolean {
  return provider.requests.some(({ path, headers, form }) =>
    [path, JSON.stringify(headers), form.toString()].some((text) => text.includes(token)),
  );
}

describe('a certified provider', () => {
  it.each([
    ['urn:jwt', 'orders', 'bearer'],
    ['urn:opaque', 'orders', 'introspection'],
  ])('vouches for a token of %s at %s', async (resource, service, method) => {
    const scope = 'orders.read';
    const token = await fetchToken(oidc.issuer, { client: app, resource, scope });

    const first = await bring(service, token);
    const again = await bring(service, token);

    expect([first.status, again.status]).toEqual([200, 200]);
    expect(first.line).toMatchObject({ auth_method: method, client_id: 'billing', cache: 'miss' });
    expect(again.line).toMatchObject({ auth_method: method, client_id: 'billing', cache: 'hit' });
    expect(again.upstreamSaw?.headers).toMatchObject({ 'x-consumer-username': 'billing-app' });
  });

  it('does not spare a cached token the judgement of its scopes', async () => {
    const question = { client: app, resource: 'urn:jwt', scope: 'orders.read' };
    const token = await fetchToken(oidc.issuer, question);

    expect(await reasonOf('orders', token)).toBe('allowed');
    expect((await bring('writes', token)).line).toMatchObject({
      reason: 'scope_insufficient',
      cache: 'hit',
    });
  });
});

describe('a token of one provider among several', () => {
  it('is verified by the keys of its own, if it is a JWT', async () => {
    const [ofA, ofB] = [await a.sign(), await b.sign()];

    expect((await bring('both', ofA)).line).toMatchObject({ reason: 'allowed', issuer: a.issuer });
    expect((await bring('both-jwt', ofB)).line).toMatchObject({ issuer: b.issuer });
    expect([wasShown(b, ofA), wasShown(a, ofB)]).toEqual([false, false]);
  });

  it.each(['only-b', 'asks-b'])('is refused at %s and not shown there', async (service) => {
    const ofA = await a.sign();

    expect(await reasonOf(service, ofA)).toBe('token_issuer_mismatch');
    expect(wasShown(b, ofA)).toBe(false);
  });

  it('is shown to its own, if it is a JWT where only introspection is on', async () => {
    const ofB = await b.sign();
    b.introspections.set(ofB, { active: true, ...b.claims() });

    expect((await bring('asks-b', ofB)).line).toMatchObject({
      reason: 'allowed',
      auth_method: 'introspection',
    });
    expect([wasShown(a, ofB), wasShown(b, ofB)]).toEqual([false, true]);
  });

  it('is not taken when it bears the name of the other', async () => {
    const [keyOfA] = a.keys;
    const claims = b.claims({ iss: b.issuer });

    expect(await reasonOf('both', await a.sign(claims, {}, keyOfA))).toBe(
      'token_signature_invalid',
    );
  });

  it('is asked about in the order of the configuration, if it is opaque', async () => {
    const ofB = b.issueOpaque();
    const ofA = a.issueOpaque();

    expect((await bring('both', ofB)).line).toMatchObject({ reason: 'allowed', issuer: b.issuer });
    expect((await bring('both', ofA)).line).toMatchObject({ reason: 'allowed', issuer: a.issuer });
    expect(wasShown(b, ofA)).toBe(false);
  });

  it('good at one does not pass for another from the cache', async () => {
    const ofA = a.issueOpaque();

    expect(await reasonOf('both', ofA)).toBe('allowed');
    expect(await reasonOf('only-b', ofA)).toBe('token_inactive');
  });

  it('cannot speak for a Consumer that is bound to another', async () => {
    const claims = { client_id: 'bound' };

    expect(await reasonOf('both', await a.sign(a.claims(claims)))).toBe('allowed');
    expect(await reasonOf('both', await b.sign(b.claims(claims)))).toBe('consumer_unknown');
  });
});

describe('fifty requests at once with one new token', () => {
  it('ask the provider once', async () => {
    const token = b.issueOpaque();
    const before = b.calls('introspection');
    b.fail({ kind: 'hang' }, 'introspection');

    const requests = Array.from({ length: 50 }, () => bring('only-b', token));
    await eventually(
      () => world.metric('postern_checks_in_flight'),
      (count) => count === 50,
    );
    b.recover();
    const outcomes = await Promise.all(requests);

    expect(outcomes.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(b.calls('introspection') - before).toBe(1);
  });
});

describe('keys that are replaced', () => {
  it('are fetched when a token names a new one, and end what an old one signed', async () => {
    const old = await rotating.sign();
    expect(await reasonOf('rotating', old)).toBe('allowed');
    await rotating.rotateKeys();

    const fresh = await rotating.sign();
    await eventually(
      () => reasonOf('rotating', fresh),
      (reason) => reason === 'allowed',
    );

    expect(await reasonOf('rotating', old)).toBe('token_signature_invalid');
  });

  it('are not fetched more often for many made-up names of keys', async () => {
    const key = rotating.keys[0];
    const before = a.calls('jwks');

    const tokens = await Promise.all(
      Array.from({ length: 30 }, (_, at) => a.sign(a.claims(), { kid: `made-up-${at}` }, key)),
    );
    const reasons = await Promise.all(tokens.map((token) => reasonOf('both', token)));

    expect(new Set(reasons)).toEqual(new Set(['token_signature_invalid']));
    expect(a.calls('jwks') - before).toBeLessThanOrEqual(1);
  });
});
