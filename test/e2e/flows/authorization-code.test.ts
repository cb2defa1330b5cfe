import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as oauth from 'oauth4webapi';
import type { HttpAnswer } from '../../support/http-caller.ts';
import {
  fetchTokenByCode,
  fetchTokenImplicitly,
  startOidcProvider,
  type OidcProvider,
} from '../../support/oidc-provider.ts';
import { describeProvider } from '../../support/world-config.ts';
import type { Outcome, World } from '../../support/world.ts';
import { bearer, startWorldOn, storeKinds } from './stage.ts';

jest.setTimeout(30_000);

const origin = 'https://api.example.com';
const metadataPath = '/.well-known/oauth-protected-resource';

const spa = {
  id: 'spa',
  authMethod: 'none',
  redirectUri: 'https://spa.example.com/callback',
} as const;
const web = { id: 'web', secret: 's3cret-of-web', redirectUri: 'https://web.example.com/callback' };
const legacy = {
  id: 'legacy',
  authMethod: 'none',
  grants: ['implicit'],
  redirectUri: 'https://legacy.example.com/callback',
} as const;

describe.each(storeKinds)('an application with a user, store: %s', (store) => {
  let oidc: OidcProvider;
  let world: World;

  beforeAll(async () => {
    oidc = await startOidcProvider({
      clients: [spa, web, legacy, { id: 'postern', secret: 's3cret-of-postern' }],
      users: [{ name: 'alice', password: 'unused' }],
      resources: {
        'urn:jwt': { audience: 'api://orders', scope: 'orders.read orders.write', format: 'jwt' },
        'urn:opaque': { audience: 'api://orders', scope: 'orders.read', format: 'opaque' },
        [`${origin}/orders`]: { audience: 'api://orders', scope: 'orders.read', format: 'jwt' },
      },
    });
    const plain = { identity_providers: ['oidc'], scopes_required: ['orders.read'] };
    const shown = (showIssuer: boolean) => ({ show_issuer: showIssuer, display_name: 'Orders' });
    const registrations = ['orders', 'silent', 'addressless', 'root'].map((service) => ({
      service,
      status: 'approved',
    }));
    world = await startWorldOn(store, {
      identityProviders: [
        describeProvider('oidc', oidc.issuer, { audience_required: ['api://orders'] }),
      ],
      services: [
        {
          ...plain,
          name: 'orders',
          public_url: `${origin}/orders`,
          registration: shown(true),
          routes: [{ name: 'writes', scopes_required: ['orders.write'] }],
        },
        { ...plain, name: 'silent', public_url: `${origin}/silent`, registration: shown(false) },
        { ...plain, name: 'addressless', registration: shown(true) },
        { ...plain, name: 'root', public_url: origin, registration: shown(true) },
      ],
      consumers: [spa, web, legacy].map(({ id }) => ({ custom_id: id, registrations })),
      envoy: {
        // Metadata of a Service lie outside of its path (RFC 9728 section 3.1).
        routes: [
          ...['orders', 'silent', 'addressless'].flatMap((service) => [
            { prefix: `${metadataPath}/${service}`, contextExtensions: { service } },
            {
              prefix: `/${service}/writes`,
              contextExtensions: { service, route: 'writes' },
            },
            { prefix: `/${service}`, contextExtensions: { service } },
          ]),
          { prefix: '/', contextExtensions: { service: 'root' } },
        ],
      },
    });
  });

  afterAll(async () => {
    await world.stop();
    await oidc.close();
  });

  function bring(token: string, path = '/orders/'): Promise<Outcome> {
    return world.call({ path, headers: bearer(token) });
  }

  it.each([
    ['a public client with PKCE', spa, 'urn:jwt', 'bearer'],
    ['a public client with PKCE, opaque', spa, 'urn:opaque', 'introspection'],
    ['a confidential client', web, 'urn:jwt', 'bearer'],
    ['a confidential client, opaque', web, 'urn:opaque', 'introspection'],
  ])('authorization code: the token of %s passes', async (_name, client, resource, method) => {
    const scope = 'orders.read';
    const token = await fetchTokenByCode(oidc.issuer, { client, resource, scope });

    const { status, line, upstreamSaw } = await bring(token);

    expect(status).toBe(200);
    expect(line).toMatchObject({ auth_method: method, client_id: client.id });
    expect(upstreamSaw?.headers).toMatchObject({
      'x-consumer-custom-id': client.id,
      'x-credential-identifier': 'alice',
    });
  });

  it.each([
    ['urn:jwt', 'bearer'],
    ['urn:opaque', 'introspection'],
  ])('implicit: the token of %s passes', async (resource, method) => {
    const question = { client: legacy, resource, scope: 'orders.read' };
    const token = await fetchTokenImplicitly(oidc.issuer, question);

    const { status, line } = await bring(token);

    expect(status).toBe(200);
    expect(line).toMatchObject({ auth_method: method, client_id: 'legacy' });
  });

  it('authorization code: a token without the scope is told which one it needs', async () => {
    const question = { client: spa, resource: 'urn:jwt', scope: 'orders.write' };

    const { status, challenges } = await bring(await fetchTokenByCode(oidc.issuer, question));

    expect(status).toBe(403);
    expect(challenges).toEqual([
      `Bearer realm="orders", error="insufficient_scope", scope="orders.read", resource_metadata="${origin}${metadataPath}/orders"`,
    ]);
  });

  it('discovery: the metadata of a Service that shows its issuer are answered through Envoy, without a credential', async () => {
    const answer = await world.call({
      path: `${metadataPath}/orders`,
      headers: { origin: 'https://spa.example.com' },
    });

    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
    });
    expect(JSON.parse(answer.body)).toEqual({
      resource: `${origin}/orders`,
      authorization_servers: [oidc.issuer],
      scopes_supported: ['orders.read', 'orders.write'],
      bearer_methods_supported: ['header'],
      resource_name: 'Orders',
    });
    expect(answer.upstreamSaw).toBeNull();
    expect(answer.line).toMatchObject({ decision: 'answer', reason: 'resource_metadata' });
  });

  it.each([
    ['a query', 200, `${metadataPath}/orders?x=1`, 'GET'],
    ['HEAD', 200, `${metadataPath}/orders`, 'HEAD'],
    ['POST', 401, `${metadataPath}/orders`, 'POST'],
    ['a longer path', 401, `${metadataPath}/orders/x`, 'GET'],
    ['another case', 401, `${metadataPath}/Orders`, 'GET'],
    ['the path of a Service at the root', 200, metadataPath, 'GET'],
    ['the path of a Service that does not show its issuer', 401, `${metadataPath}/silent`, 'GET'],
    ['the path of a Service without public_url', 401, `${metadataPath}/addressless`, 'GET'],
  ])('discovery: what asks for metadata with %s gets %i', async (_name, status, path, method) => {
    const answer = await world.call({ path, method });

    expect(answer.status).toBe(status);
    expect(answer.upstreamSaw).toBeNull();
    if (method === 'HEAD') expect(answer.body).toBe('');
  });

  it.each([
    ['orders', `, resource_metadata="${origin}${metadataPath}/orders"`],
    ['silent', ''],
    ['addressless', ''],
  ])(
    'discovery: the challenge of %s names the metadata where there are any',
    async (service, more) => {
      const [without, bad] = [
        await world.call({ path: `/${service}/` }),
        await bring('x', `/${service}/`),
      ];

      expect(without.challenges).toEqual([`Bearer realm="${service}"${more}`]);
      expect(bad.challenges).toEqual([`Bearer realm="${service}", error="invalid_token"${more}`]);
    },
  );

  it('discovery: from one refused request a client finds the issuer, gets a token and passes', async () => {
    const refused = await world.call({ path: '/orders/' });
    const [, metadataUrl = ''] =
      /resource_metadata="([^"]+)"/.exec(refused.challenges[0] ?? '') ?? [];
    expect(metadataUrl).toBe(`${origin}${metadataPath}/orders`);

    const resource = await discover(`${origin}/orders`);
    const [issuer = ''] = resource.authorization_servers ?? [];
    const token = await fetchTokenByCode(issuer, {
      client: spa,
      resource: resource.resource,
      scope: resource.scopes_supported?.[0] ?? '',
    });
    const { status, line } = await bring(token);

    expect(status).toBe(200);
    expect(line).toMatchObject({ client_id: 'spa', issuer: oidc.issuer });
  });

  it('discovery: a client that asks for one Service does not take the metadata of another', async () => {
    await expect(discover(`${origin}/silent`)).rejects.toThrow();
    expect((await discover(origin)).resource).toBe(origin);
  });

  /** As a client does it (RFC 9728 section 3), but that its requests for the host go to Envoy. */
  async function discover(identifier: string): Promise<oauth.ResourceServer> {
    const url = new URL(identifier);
    const response = await oauth.resourceDiscoveryRequest(url, {
      [oauth.customFetch]: async (target: string) => {
        const { host, pathname } = new URL(target);
        return toResponse(await world.send({ path: pathname, host }));
      },
    });
    return oauth.processResourceDiscoveryResponse(url, response);
  }
});

function toResponse({ status, headers, body }: HttpAnswer): Response {
  return new Response(body, { status, headers });
}
