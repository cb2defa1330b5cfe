import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import {
  fetchDpopToken,
  fetchToken,
  fetchTokenByCode,
  fetchTokenByPassword,
  fetchTokenImplicitly,
  startOidcProvider,
  type OidcClient,
  type OidcProvider,
} from '../../support/oidc-provider.ts';
import { createSigningKey } from '../../support/signing-keys.ts';

const redirectUri = 'https://app.example.com/callback';
const secret = 'a-secret-of-more-than-thirty-two-characters';
const application: OidcClient = { id: 'app', secret, redirectUri, claims: { tier: 1, of: 'app' } };
const single: OidcClient = { id: 'spa', authMethod: 'none', redirectUri };
const legacy: OidcClient = {
  id: 'old',
  authMethod: 'none',
  grants: ['implicit'],
  redirectUri,
};
const gateway: OidcClient = { id: 'gw', secret, grants: ['password'], signedIntrospection: true };
const open: OidcClient = { id: 'open', authMethod: 'none' };
const bound: OidcClient = { id: 'bound', secret, redirectUri, boundTo: 'dpop' };

const jwt = { resource: 'urn:jwt', scope: 'orders.read' };
const opaque = { resource: 'urn:opaque', scope: 'orders.read' };
const resources = {
  'urn:jwt': { audience: 'api://orders', scope: 'orders.read orders.write', format: 'jwt' },
  'urn:opaque': { audience: 'api://orders', scope: 'orders.read', format: 'opaque' },
} as const;
const users = [
  { name: 'ann', password: 'of-ann', claims: { groups: ['gold'], of: 'ann' } },
  { name: 'bob', password: 'of-bob' },
];

async function introspect(token: string, accept = 'application/json'): Promise<Response> {
  return fetch(`${oidc.issuer}/token/introspection`, {
    method: 'POST',
    headers: { accept, authorization: `Basic ${btoa(`gw:${secret}`)}` },
    body: new URLSearchParams({ token }),
  });
}

let oidc: OidcProvider;
let asking: OidcProvider;

beforeAll(async () => {
  const clients = [application, single, legacy, gateway, open, bound];
  oidc = await startOidcProvider({ clients, users, resources });
  asking = await startOidcProvider({ clients, users, resources, dpopNonce: true });
});

afterAll(() => Promise.all([oidc.close(), asking.close()]));

describe('an authorization code', () => {
  it.each([application, single])('of $id becomes a token of the user', async (client) => {
    const token = await fetchTokenByCode(oidc.issuer, { client, ...jwt });

    const keys = createRemoteJWKSet(new URL(`${oidc.issuer}/jwks`));
    const { payload } = await jwtVerify(token, keys, { issuer: oidc.issuer });
    expect(payload).toMatchObject({
      sub: 'ann',
      client_id: client.id,
      aud: 'api://orders',
      scope: 'orders.read',
      groups: ['gold'],
      of: 'ann',
    });
  });

  it('becomes an opaque token of the user whom the application names', async () => {
    const token = await fetchTokenByCode(oidc.issuer, {
      client: application,
      ...opaque,
      user: 'bob',
    });

    expect(await (await introspect(token)).json()).toMatchObject({
      active: true,
      sub: 'bob',
      client_id: 'app',
      of: 'app',
    });
  });

  it('is not for one who is no user', async () => {
    const question = { client: application, ...jwt, user: 'eve' };

    await expect(fetchTokenByCode(oidc.issuer, question)).rejects.toThrow('authorization response');
  });
});

it('the implicit flow gives a token in the redirect', async () => {
  const token = await fetchTokenImplicitly(oidc.issuer, { client: legacy, ...jwt });

  expect(decodeJwt(token)).toMatchObject({ sub: 'ann', client_id: 'old', scope: 'orders.read' });
});

describe('the password grant', () => {
  const asking = (password: string, more: object) =>
    fetchTokenByPassword(oidc.issuer, { client: gateway, username: 'ann', password, ...more });

  it('gives tokens of the user', async () => {
    expect(decodeJwt(await asking('of-ann', jwt))).toMatchObject({
      sub: 'ann',
      client_id: 'gw',
      groups: ['gold'],
      scope: 'orders.read',
    });
    expect(await (await introspect(await asking('of-ann', opaque))).json()).toMatchObject({
      active: true,
      sub: 'ann',
    });
  });

  it('refuses a wrong password, and other clients', async () => {
    const right = { username: 'ann', password: 'of-ann' };

    await expect(asking('wrong', jwt)).rejects.toThrow('400 {"error":"invalid_grant"');
    await expect(
      fetchTokenByPassword(oidc.issuer, { client: application, ...right }),
    ).rejects.toThrow('400 {"error":"invalid_request"');
  });
});

describe('introspection', () => {
  it('is answered with a signed JWT to one who asks for it', async () => {
    const token = await fetchToken(oidc.issuer, { client: application, ...opaque });

    const response = await introspect(token, 'application/token-introspection+jwt');

    expect(response.headers.get('content-type')).toContain('application/token-introspection+jwt');
    expect(decodeJwt(await response.text())).toMatchObject({
      iss: oidc.issuer,
      token_introspection: { active: true, client_id: 'app' },
    });
  });
});

describe('a client', () => {
  it('without a secret may ask about tokens', async () => {
    const token = await fetchToken(oidc.issuer, { client: application, ...opaque });

    const response = await fetch(`${oidc.issuer}/token/introspection`, {
      method: 'POST',
      body: new URLSearchParams({ token, client_id: open.id }),
    });

    expect(await response.json()).toMatchObject({ active: true, client_id: 'app' });
  });

  it.each(['client_secret_basic', 'client_secret_post', 'client_secret_jwt'] as const)(
    'authenticates by %s until its secret is another',
    async (authMethod) => {
      const client = { ...application, authMethod };
      const idp = await startOidcProvider({ clients: [client], resources });
      const changed = { ...client, secret: `${secret}-changed` };

      await fetchToken(idp.issuer, { client });
      idp.setSecret('app', changed.secret);

      await expect(fetchToken(idp.issuer, { client })).rejects.toThrow('invalid_client');
      expect(await fetchToken(idp.issuer, { client: changed })).not.toBe('');
      await idp.close();
    },
  );

  it('authenticates by private_key_jwt', async () => {
    const client = {
      id: 'signer',
      authMethod: 'private_key_jwt',
      key: await createSigningKey('RS256', 'k1'),
    } as const;
    const idp = await startOidcProvider({ clients: [client], resources });
    const other = { ...client, key: await createSigningKey('RS256', 'k1') };

    expect(await fetchToken(idp.issuer, { client })).not.toBe('');
    await expect(fetchToken(idp.issuer, { client: other })).rejects.toThrow('invalid_client');
    await idp.close();
  });
});

describe('calls', () => {
  it('are counted for each endpoint, and fail where they are to', async () => {
    const idp = await startOidcProvider({ clients: [application], resources });
    await fetchToken(idp.issuer, { client: application });
    await fetch(`${idp.issuer}/jwks`);
    idp.failing.set('jwks', 503);

    expect((await fetch(`${idp.issuer}/jwks`)).status).toBe(503);
    expect(idp.calls).toEqual({
      discovery: 0,
      jwks: 2,
      introspection: 0,
      token: 1,
      authorization: 0,
    });
    await idp.close();
  });
});

describe('a token bound to a key', () => {
  const byItself = { id: 'machine', secret, boundTo: 'dpop' } as const;

  it.each([
    ['a code', bound],
    ['client credentials', byItself],
  ])('comes by %s', async (_name, client) => {
    const idp = await startOidcProvider({ clients: [client], users, resources });

    const { token, thumbprint } = await fetchDpopToken(idp.issuer, { client, ...jwt });

    expect(decodeJwt(token)).toMatchObject({ client_id: client.id, cnf: { jkt: thumbprint } });
    await idp.close();
  });

  it('comes from a provider that asks for a nonce', async () => {
    const { token, thumbprint } = await fetchDpopToken(asking.issuer, { client: bound, ...jwt });

    expect(decodeJwt(token)).toMatchObject({ sub: 'ann', cnf: { jkt: thumbprint } });
  });

  it('is presented with a proof, and again with the nonce that is asked for', async () => {
    const dpop = await fetchDpopToken(oidc.issuer, { client: bound, ...opaque });
    const seen: Readonly<Record<string, string>>[] = [];

    const answer = await dpop.request('POST', 'http://orders.example/a?b', async (headers) => {
      seen.push(headers);
      if (seen.length > 1) return { status: 200, headers: {} };
      const challenge = 'DPoP error="use_dpop_nonce"';
      return { status: 401, headers: { 'www-authenticate': challenge, 'dpop-nonce': 'n1' } };
    });

    expect(answer.status).toBe(200);
    expect(seen[1]).toMatchObject({ authorization: `DPoP ${dpop.token}` });
    const proofs = seen.map((headers) => decodeJwt(headers['dpop'] ?? ''));
    expect(proofs).toMatchObject([
      { htm: 'POST', htu: 'http://orders.example/a' },
      { nonce: 'n1' },
    ]);
    const own = decodeJwt(await dpop.proof('POST', 'http://orders.example/a?b', { nonce: 'n1' }));
    expect(own).toMatchObject({ htm: 'POST', htu: 'http://orders.example/a', nonce: 'n1' });
    expect(own['ath']).toBe(proofs[0]?.['ath']);
  });
});
