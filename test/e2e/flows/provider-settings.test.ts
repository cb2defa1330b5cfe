import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startConnectProxy, type ConnectProxy } from '../../support/connect-proxy.ts';
import { FakeProvider, type FakeEndpoint } from '../../support/fake-provider.ts';
import { describeProvider, type Json } from '../../support/world-config.ts';
import { eventually, startWorld, type Outcome, type World } from '../../support/world.ts';
import { basic, bearer } from './stage.ts';

jest.setTimeout(30_000);

/** A name that nobody but the proxy can look up. */
const hidden = 'idp.test';
const outage = { kind: 'status', status: 503 } as const;

let proxy: ConnectProxy;
let idp: FakeProvider;
let unlisted: FakeProvider;
/** Whose metadata lead to `stray`. */
let misleading: FakeProvider;
let stray: FakeProvider;
/** Without metadata; `directory` has them. */
let silent: FakeProvider;
let directory: FakeProvider;
let distant: FakeProvider;
let narrow: FakeProvider;
let world: World;

/** Services are named after their provider. */
let providers: readonly Json[];

beforeAll(async () => {
  await startProviders();
  const endpointsOf = ({ issuer }: FakeProvider) => ({
    endpoints: {
      token: `${issuer}/token`,
      jwks: `${issuer}/jwks`,
      introspection: `${issuer}/introspection`,
    },
  });
  const few = { max_entries: 1, negative_max_entries: 1, negative_ttl: '10m' };
  providers = [
    describeProvider('unlisted', unlisted.issuer, { discovery: false, ...endpointsOf(unlisted) }),
    describeProvider('misleading', misleading.issuer, endpointsOf(misleading)),
    describeProvider('elsewhere', silent.issuer, {
      discovery_url: `${directory.issuer}/.well-known/openid-configuration`,
    }),
    describeProvider('distant', distant.issuer, {
      allow_insecure: true,
      http_proxy: `http://user:pass@127.0.0.1:${proxy.port}`,
    }),
    describeProvider('small', idp.issuer, { cache: few }),
    describeProvider('forgetful', idp.issuer, { cache: { max_ttl: '0s', negative_ttl: '0s' } }),
    describeProvider('es256', idp.issuer, { algorithms: ['ES256'] }),
    describeProvider('strict', idp.issuer, { token_types: ['at+jwt'] }),
    describeProvider('by-name', idp.issuer, { consumer_by: ['username'] }),
    describeProvider('by-both', idp.issuer, { consumer_by: ['custom_id', 'username'] }),
    describeProvider('narrow', narrow.issuer, { max_concurrent_calls: 1, timeout: '30s' }),
  ];
  world = await startWorld({
    identityProviders: providers,
    services: providers.map(({ name }) => ({
      name: String(name),
      identity_providers: [name],
      auth_methods: ['bearer', 'introspection', 'client_credentials'],
    })),
    consumers: [
      { custom_id: 'client-1' },
      { username: 'by its name', custom_id: 'elsewhere-known' },
      { username: 'of another', custom_id: 'by its name' },
      { username: 'only-a-name' },
    ],
    envoy: { timeoutMs: 30_000 },
  });
});

afterAll(async () => {
  await world.stop();
  const fakes = [idp, unlisted, misleading, stray, silent, directory, distant, narrow];
  await Promise.all(fakes.map((fake) => fake.close()));
  await proxy.close();
});

async function startProviders(): Promise<void> {
  proxy = await startConnectProxy({ [hidden]: '127.0.0.1' });
  [idp, unlisted, stray, silent, narrow, distant] = await Promise.all([
    FakeProvider.start(),
    FakeProvider.start(),
    FakeProvider.start(),
    FakeProvider.start(),
    FakeProvider.start(),
    FakeProvider.start({ hostname: hidden }),
  ]);
  silent.fail(outage, 'discovery');
  await idp.addKey('ES256');
  misleading = await FakeProvider.start({
    metadata: {
      jwks_uri: `${stray.issuer}/jwks`,
      introspection_endpoint: `${stray.issuer}/introspection`,
      token_endpoint: `${stray.issuer}/token`,
    },
  });
  const { issuer } = silent;
  directory = await FakeProvider.start({
    metadata: {
      issuer,
      jwks_uri: `${issuer}/jwks`,
      introspection_endpoint: `${issuer}/introspection`,
      token_endpoint: `${issuer}/token`,
      token_endpoint_auth_methods_supported: ['client_secret_post'],
    },
  });
}

let count = 0;

/** A credential that needs this endpoint of a provider. */
async function makeCredential(endpoint: FakeEndpoint, provider: FakeProvider) {
  count += 1;
  switch (endpoint) {
    case 'token':
      return basic('client-1', `secret-${count}`);
    case 'introspection':
      return bearer(provider.issueOpaque());
    default:
      return bearer(await provider.sign());
  }
}

function bring(service: string, headers: Readonly<Record<string, string>>): Promise<Outcome> {
  return world.call({ path: `/${service}/`, headers });
}

const kinds = [['jwks'], ['introspection'], ['token']] as const;

describe('a provider', () => {
  it.each(kinds)('without discovery is asked at its endpoints alone: %s', async (endpoint) => {
    const { line } = await bring('unlisted', await makeCredential(endpoint, unlisted));

    expect(line['reason']).toBe('allowed');
    expect(unlisted.calls(endpoint)).toBeGreaterThan(0);
    expect(unlisted.calls('discovery')).toBe(0);
  });

  it.each(kinds)('is asked at endpoints.%s in place of the discovered one', async (endpoint) => {
    const { line } = await bring('misleading', await makeCredential(endpoint, misleading));

    expect(line['reason']).toBe('allowed');
    expect(misleading.calls(endpoint)).toBeGreaterThan(0);
    expect(stray.requests).toEqual([]);
  });

  it.each(kinds)('is found by the metadata of discovery_url: %s', async (endpoint) => {
    const { line } = await bring('elsewhere', await makeCredential(endpoint, silent));

    expect(line['reason']).toBe('allowed');
    expect(silent.calls(endpoint)).toBeGreaterThan(0);
    expect(directory.calls('discovery')).toBeGreaterThan(0);
    expect(silent.calls('discovery')).toBe(0);
  });

  it('is shown a pair in the form where its metadata list nothing else', async () => {
    const { authorization } = basic('client-1', 'for-the-form');

    expect((await bring('elsewhere', { authorization })).status).toBe(200);

    expect(silent.tokenRequests.at(-1)?.credentials).toEqual({
      method: 'post',
      id: 'client-1',
      secret: 'for-the-form',
    });
  });

  it.each(kinds)('in clear text is reached through http_proxy: %s', async (endpoint) => {
    const { line } = await bring('distant', await makeCredential(endpoint, distant));

    expect(line['reason']).toBe('allowed');
    expect(proxy.requests).toContainEqual({
      method: endpoint === 'jwks' ? 'GET' : 'POST',
      target: `${distant.issuer}/${endpoint}`,
      authorization: `Basic ${btoa('user:pass')}`,
    });
  });
});

describe('what is remembered', () => {
  it('is no more than max_entries and negative_max_entries, each for itself', async () => {
    const [one, other] = [idp.issueOpaque(), idp.issueOpaque()];
    const brought = [one, one, 'made-up-1', 'made-up-1', 'made-up-2', 'made-up-1', one, other, one];
    const asked: number[] = [];

    for (const token of brought) {
      const before = idp.calls('introspection');
      await bring('small', bearer(token));
      asked.push(idp.calls('introspection') - before);
    }

    expect(asked).toEqual([1, 0, 1, 0, 1, 1, 0, 1, 1]);
  });

  it('is nothing where max_ttl and negative_ttl are none', async () => {
    const good = idp.issueOpaque();
    const before = idp.calls('introspection');

    const statuses: number[] = [];
    for (const token of [good, good, 'made-up', 'made-up']) {
      statuses.push((await bring('forgetful', bearer(token))).status);
    }

    expect(statuses).toEqual([200, 200, 401, 401]);
    expect(idp.calls('introspection') - before).toBe(4);
  });

  it('of pairs is no more than max_entries either', async () => {
    const before = idp.calls('token');

    for (const secret of ['one', 'one', 'other', 'one']) {
      expect((await bring('small', basic('client-1', secret))).status).toBe(200);
    }

    expect(idp.calls('token') - before).toBe(3);
  });
});

describe('a JWT', () => {
  it.each([
    ['es256', 'ES256', 'at+jwt', 'allowed'],
    ['es256', 'RS256', 'at+jwt', 'token_signature_invalid'],
    ['strict', 'RS256', 'at+jwt', 'allowed'],
    ['strict', 'RS256', 'JWT', 'token_malformed'],
    ['by-name', 'RS256', 'JWT', 'consumer_unknown'],
  ])('at %s, signed with %s, of the type %s: %s', async (service, alg, typ, reason) => {
    const key = idp.keys.find((candidate) => candidate.alg === alg);
    const jwt = await idp.sign(idp.claims(), { typ }, key);

    expect((await bring(service, bearer(jwt))).line['reason']).toBe(reason);
  });
});

describe('the Consumer', () => {
  it.each([
    ['es256', 'by its name', 'of another'],
    ['by-name', 'by its name', 'by its name'],
    ['by-both', 'by its name', 'of another'],
    ['by-both', 'only-a-name', 'only-a-name'],
  ])('is compared at %s with %s: it is %s', async (service, client_id, username) => {
    const key = idp.keys.find(({ alg }) => alg === 'ES256');
    const jwt = await idp.sign(idp.claims({ client_id }), {}, key);

    const { upstreamSaw } = await bring(service, bearer(jwt));

    expect(upstreamSaw?.headers['x-consumer-username']).toBe(username);
  });
});

describe('a provider that hangs', () => {
  it('has no more than max_concurrent_calls: others wait for their turn, or are refused', async () => {
    narrow.fail({ kind: 'hang' }, 'introspection');
    const ask = () => bring('narrow', bearer(narrow.issueOpaque()));
    const first = ask();
    await narrow.received('introspection', 1);

    const more = Array.from({ length: 12 }, ask);
    const refused = await Promise.race(more);
    const asked = narrow.calls('introspection');
    narrow.recover();
    const reasons = (await Promise.all([first, ...more])).map(({ line }) => line['reason']);

    expect([refused.status, refused.line['reason']]).toEqual([503, 'idp_unavailable']);
    expect(asked).toBe(1);
    const allowed = reasons.filter((reason) => reason === 'allowed');
    expect(allowed.length).toBeGreaterThan(1);
    expect(narrow.calls('introspection')).toBe(allowed.length);
    expect(new Set(reasons)).toEqual(new Set(['allowed', 'idp_unavailable']));
  });
});

describe('a provider in clear text on another machine', () => {
  it('is refused without allow_insecure', async () => {
    const without = providers.map((provider) => ({ ...provider, allow_insecure: false }));
    const failures = () => world.metric('postern_config_reloads_total', { outcome: 'failure' });
    const before = await failures();

    await world.postern.writeConfig({ ...world.config, identity_providers: without });
    await eventually(failures, (found) => found > before);

    expect(world.postern.output()).toContain('loopback host or allow_insecure: true');
  });
});
