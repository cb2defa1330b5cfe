import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FakeProvider } from '../../support/fake-provider.ts';
import { startPostern, type RunningPostern } from '../../support/postern.ts';
import { eventually } from '../../support/world.ts';

jest.setTimeout(30_000);

let idp: FakeProvider;
let postern: RunningPostern;

beforeAll(async () => {
  idp = await FakeProvider.start({
    metadata: {
      authorization_endpoint: 'https://id.example/login',
      scopes_supported: ['orders.read'],
      grant_types_supported: ['authorization_code', 'client_credentials'],
      userinfo_endpoint: 'https://id.example/me',
    },
  });
  postern = await startPostern({ config: config() });
});

afterAll(async () => {
  await postern.stop();
  await idp.close();
});

function config() {
  const common = { identity_providers: ['idp'], acl: { allow: ['gold'] } };
  const registration = { display_name: 'Orders API', show_issuer: true };
  return {
    store: { file: { path: 'consumers.yaml' } },
    identity_providers: [
      { name: 'idp', issuer: idp.issuer, audience_required: ['api://orders'] },
      {
        name: 'elsewhere',
        issuer: idp.issuer.replace('127.0.0.1', 'localhost'),
        discovery: false,
        endpoints: {
          authorization: 'https://elsewhere.example/login',
          token: 'https://elsewhere.example/token',
          jwks: `${idp.issuer}/jwks`,
        },
      },
    ],
    services: [
      {
        ...common,
        name: 'orders',
        identity_providers: ['idp', 'elsewhere'],
        auth_methods: ['bearer'],
        scopes_required: ['orders.read'],
        routes: [{ name: 'admin', scopes_required: ['orders.read orders.write'] }],
        public_url: 'https://api.example/orders',
        registration,
      },
      { ...common, name: 'hidden', registration: {} },
      { ...common, name: 'unregistered' },
    ],
    drain_delay: '0ms',
  };
}

async function read(path: string): Promise<readonly [status: number, page: unknown]> {
  const answer = await fetch(`${postern.opsUrl}${path}`);
  const isJson = answer.headers.get('content-type') === 'application/json';
  return [answer.status, isJson ? await answer.json() : await answer.text()];
}

describe('pages for developers, on the ops listener', () => {
  it('list the Services that show their issuer, and no others', async () => {
    expect(await read('/services')).toEqual([
      200,
      {
        data: [{ name: 'orders', display_name: 'Orders API', issuer: '/services/orders/issuer' }],
      },
    ]);
  });

  it('tell issuer, endpoints, scopes and flows, by the metadata or as they are configured', async () => {
    // The metadata are fetched behind the start.
    const [status, page] = await eventually(
      () => read('/services/orders/issuer'),
      ([, found]) => JSON.stringify(found).includes('https://id.example/login'),
    );

    expect(status).toBe(200);
    expect(page).toEqual({
      service: 'orders',
      display_name: 'Orders API',
      resource: 'https://api.example/orders',
      auth_methods: ['bearer'],
      scopes_required: ['orders.read'],
      scopes_supported: ['orders.read', 'orders.write'],
      audience_required: [],
      identity_providers: [
        expect.objectContaining({
          name: 'idp',
          issuer: idp.issuer,
          audience_required: ['api://orders'],
          authorization_endpoint: 'https://id.example/login',
          token_endpoint: `${idp.issuer}/token`,
          scopes_supported: ['orders.read'],
          grant_types_supported: ['authorization_code', 'client_credentials'],
        }),
        {
          name: 'elsewhere',
          issuer: idp.issuer.replace('127.0.0.1', 'localhost'),
          audience_required: [],
          authorization_endpoint: 'https://elsewhere.example/login',
          token_endpoint: 'https://elsewhere.example/token',
        },
      ],
    });
    expect(JSON.stringify(page)).not.toContain('userinfo');
  });

  it.each(['hidden', 'unregistered', 'nobody', '..%2forders', ''])(
    'tell nothing of "%s"',
    async (name) => {
      const [status] = await read(`/services/${name}/issuer`);

      expect(status).toBe(404);
    },
  );

  it('have no keys where no Service sends a JWT of ours', async () => {
    const [status] = await read('/jwks.json');

    expect(status).toBe(404);
  });
});
