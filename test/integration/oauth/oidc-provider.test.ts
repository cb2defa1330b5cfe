import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secret } from '../../../src/lib/secret.ts';
import { fetchToken, startOidcProvider, type OidcProvider } from '../../support/oidc-provider.ts';
import { optionsOf, outcomeOf, rigOf, type Rig } from './setup.ts';

const app = {
  id: 'app-1',
  secret: 'app-secret',
  claims: { application_id: 'A1', groups: ['gold'] },
} as const;
const gateway = { id: 'gate way:1', secret: 's3cret/with:odd %+&=' } as const;
const gatewayByPost = {
  id: 'gate-2',
  secret: 'an&other=secret',
  authMethod: 'client_secret_post',
} as const;

let idp: OidcProvider;
let rig: Rig;

beforeAll(async () => {
  idp = await startOidcProvider({
    clients: [app, gateway, gatewayByPost],
    resources: {
      'urn:orders:jwt': { audience: 'urn:orders', scope: 'orders.read', format: 'jwt' },
      'urn:orders:opaque': { audience: 'urn:orders', scope: 'orders.read', format: 'opaque' },
    },
  });
  rig = rigFor(gateway.secret);
});

afterAll(async () => {
  await rig.close();
  await idp.close();
});

function rigFor(secret: string): Rig {
  return rigOf(
    optionsOf(idp.issuer, {
      client: {
        id: gateway.id,
        secret: new Secret(secret),
        authMethod: 'client_secret_basic',
      },
    }),
  );
}

describe('a certified provider', () => {
  it('issues JWTs that its keys verify', async () => {
    const token = await fetchToken(idp.issuer, {
      client: app,
      resource: 'urn:orders:jwt',
      scope: 'orders.read',
    });

    expect(await rig.verify(token)).toMatchObject({
      ok: true,
      value: {
        token: {
          method: 'bearer',
          claims: {
            application_id: 'A1',
            groups: ['gold'],
            client_id: 'app-1',
            aud: 'urn:orders',
            scope: 'orders.read',
          },
        },
      },
    });
  });

  it('issues opaque tokens that it vouches for to a client with an odd secret', async () => {
    const token = await fetchToken(idp.issuer, { client: app, resource: 'urn:orders:opaque' });

    expect(await rig.verify(token)).toMatchObject({
      ok: true,
      value: {
        token: {
          method: 'introspection',
          claims: { application_id: 'A1', client_id: 'app-1', aud: 'urn:orders' },
        },
      },
    });
    expect(await outcomeOf(rig.verify(token))).toBe('introspection hit');
  });

  it('takes the credentials in the body as well', async () => {
    const { id, secret, authMethod } = gatewayByPost;
    const byPost = rigOf(
      optionsOf(idp.issuer, { client: { id, secret: new Secret(secret), authMethod } }),
    );
    const token = await fetchToken(idp.issuer, {
      client: gatewayByPost,
      resource: 'urn:orders:opaque',
    });

    expect(await outcomeOf(byPost.verify(token))).toBe('introspection miss');
    await byPost.close();
  });

  it('calls a token inactive that it never issued', async () => {
    expect(await outcomeOf(rig.verify('never-issued'))).toBe('token_inactive');
  });

  it('refuses our wrong secret, which says nothing about the token', async () => {
    const token = await fetchToken(idp.issuer, { client: app, resource: 'urn:orders:opaque' });
    const wrong = rigFor('wrong');

    expect(await outcomeOf(wrong.verify(token))).toBe('idp_unavailable');
    await wrong.close();
  });

  it('does not introspect its JWTs, which is no verdict either', async () => {
    const token = await fetchToken(idp.issuer, { client: app, resource: 'urn:orders:jwt' });

    expect(await outcomeOf(rig.verify(token, { plan: { verifyJwt: false } }))).toBe(
      'idp_unavailable',
    );
  });
});
