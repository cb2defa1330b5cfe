import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  exportPKCS8,
  jwtVerify,
  type JWTPayload,
} from 'jose';
import {
  fetchToken,
  startOidcProvider,
  type OidcClient,
  type OidcProvider,
} from '../../support/oidc-provider.ts';
import { createSigningKey } from '../../support/signing-keys.ts';
import { describeProvider } from '../../support/world-config.ts';
import { eventually, startWorld, type Outcome, type World } from '../../support/world.ts';

jest.setTimeout(60_000);

const issuer = 'https://postern.example.com';
const goldId = '11111111-1111-4111-8111-111111111111';
const guestId = '22222222-2222-4222-8222-222222222222';
const gold: OidcClient = { id: 'gold-app', secret: 'secret-of-gold', claims: { groups: ['eng'] } };
const stranger: OidcClient = {
  id: 'nobody',
  secret: 'secret-of-nobody',
  claims: gold.claims ?? {},
};
const postern = { id: 'postern', secret: 's3cret-of-postern' };

let oidc: OidcProvider;
let world: World;

beforeAll(async () => {
  oidc = await startOidcProvider({
    clients: [gold, stranger, postern],
    resources: { 'urn:jwt': { audience: 'api://orders', scope: 'orders.read', format: 'jwt' } },
  });
  const common = { identity_providers: ['oidc'], upstream_jwt: {} };
  world = await startWorld({
    identityProviders: [describeProvider('oidc', oidc.issuer)],
    services: [
      {
        ...common,
        name: 'orders',
        auth_methods: ['bearer', 'session'],
        acl: { allow: ['gold'] },
        routes: [{ name: 'open', auth: 'none' }],
      },
      {
        ...common,
        name: 'named',
        upstream_jwt: { header: 'X-Postern-Caller', audience: ['one', 'two'] },
      },
      { ...common, name: 'guests', anonymous: 'guest' },
      {
        ...common,
        name: 'strangers',
        consumer_optional: true,
        acl: { allow: ['eng'] },
      },
      { ...common, name: 'preflight', run_on_preflight: false },
      { name: 'without', identity_providers: ['oidc'] },
    ],
    consumers: [
      {
        id: goldId,
        username: 'gold-user',
        custom_id: 'gold-app',
        acls: [{ group: 'gold' }, { group: 'silver' }],
      },
      { id: guestId, username: 'guest' },
    ],
    config: { upstream_jwt: { issuer, ttl: '90s' }, session: {} },
  });
});

afterAll(async () => {
  await world.stop();
  await oidc.close();
});

async function bring(path: string, client: OidcClient | null = gold): Promise<Outcome> {
  const forged = [
    ['x-postern-jwt', 'forged'],
    ['X-Postern-JWT', 'forged'],
    ['x_postern_jwt', 'forged'],
    ['x-postern-caller', 'forged'],
  ] as const;
  if (client === null) return world.call({ path, headers: forged });
  const token = await fetchToken(oidc.issuer, { client });
  return world.call({ path, headers: [...forged, ['authorization', `Bearer ${token}`]] });
}

/** Verifies what the upstream got, as an upstream does. */
async function verify(
  { upstreamSaw }: Outcome,
  audience = 'orders',
  header = 'x-postern-jwt',
): Promise<JWTPayload> {
  const keys = createRemoteJWKSet(new URL(`${world.postern.opsUrl}/jwks.json`));
  const jwt = upstreamSaw?.headers[header] ?? '';
  return (await jwtVerify(jwt, keys, { issuer, audience, typ: 'JWT' })).payload;
}

/** Headers that an upstream could take for a JWT of Postern. */
function jwtsSeen({ upstreamSaw }: Outcome): string[] {
  const names = (upstreamSaw?.rawHeaders ?? []).map(([name]) => name.toLowerCase());
  return names.filter((name) => name.includes('postern'));
}

describe('a JWT for the upstream', () => {
  it('tells who calls, signed with a key of the ops listener, in place of forged ones', async () => {
    const outcome = await bring('/orders/');

    const claims = await verify(outcome);

    expect(jwtsSeen(outcome)).toEqual(['x-postern-jwt']);
    expect(claims).toEqual({
      iss: issuer,
      aud: 'orders',
      service: 'orders',
      sub: goldId,
      consumer: { id: goldId, custom_id: 'gold-app', username: 'gold-user' },
      groups: ['gold', 'silver'],
      anonymous: false,
      client_id: 'gold-app',
      credential_identifier: 'gold-app',
      idp: oidc.issuer,
      auth_method: 'bearer',
      iat: expect.any(Number),
      exp: expect.any(Number),
      jti: expect.any(String),
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(90);
  });

  it('goes by the header and for the audience of its Service', async () => {
    const outcome = await bring('/named/');

    const claims = await verify(outcome, 'two', 'x-postern-caller');

    expect(claims.aud).toEqual(['one', 'two']);
    expect(jwtsSeen(outcome)).toEqual(['x-postern-caller']);
  });

  it('comes along in a session as well', async () => {
    const [line = ''] = (await bring('/orders/')).setCookies;
    const cookie = line.split(';')[0] ?? '';

    const claims = await verify(await world.call({ path: '/orders/', headers: { cookie } }));

    expect(claims).toMatchObject({ sub: goldId, client_id: 'gold-app', auth_method: 'session' });
  });

  it('says of the anonymous Consumer that it is that, and nothing of a refused token', async () => {
    const claims = await verify(await bring('/guests/', stranger), 'guests');

    expect(claims).toMatchObject({ sub: guestId, anonymous: true, groups: [] });
    expect(Object.keys(claims)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/client_id|idp|auth_method|credential/)]),
    );
  });

  it('has no subject where no Consumer is known, and the groups of the provider', async () => {
    const claims = await verify(await bring('/strangers/', stranger), 'strangers');

    expect(claims).toMatchObject({ anonymous: false, groups: ['eng'], client_id: 'nobody' });
    expect(claims.sub).toBeUndefined();
    expect(claims).not.toHaveProperty('consumer');
  });

  it.each([
    ['an open route', { path: '/orders/open' }],
    ['a preflight', { path: '/preflight/', method: 'OPTIONS' }],
  ])('is neither made nor let through on %s', async (_what, call) => {
    const headers = {
      'x-postern-jwt': 'forged',
      x_postern_jwt: 'forged',
      'x-postern-caller': 'forged',
    };

    const outcome = await world.call({ ...call, headers });

    expect(outcome.status).toBe(200);
    expect(jwtsSeen(outcome)).toEqual([]);
  });

  it('is not let through to a Service that has none', async () => {
    const outcome = await bring('/without/');

    expect(outcome.status).toBe(200);
    expect(jwtsSeen(outcome)).toEqual([]);
  });
});

describe('the key of JWTs for upstreams', () => {
  it.each(['keys', 'key_files'])(
    'can be configured as %s: the first signs, all are published, no private part is',
    async (setting) => {
      const own = await Promise.all(
        ['ES256', 'RS256'].map((alg) => createSigningKey(alg, 'ignored')),
      );
      const texts = await Promise.all(own.map(({ privateKey }) => exportPKCS8(privateKey)));
      const keys = setting === 'keys' ? texts : await writeFiles(texts);
      const upstream_jwt = { issuer, [setting]: keys };
      await world.postern.writeConfig({ ...world.config, upstream_jwt });

      const jwks = await eventually(fetchKeys, (list) => list[0]?.['x'] === own[0]?.publicJwk.x);

      expect(jwks.map(({ kty, alg }) => [kty, alg])).toEqual([
        ['EC', 'ES256'],
        ['RSA', 'RS256'],
      ]);
      expect(jwks.flatMap((jwk) => Object.keys(jwk))).not.toContain('d');
      expect(jwks[0]).toMatchObject({ x: own[0]?.publicJwk.x, y: own[0]?.publicJwk.y });
      const outcome = await bring('/orders/');
      expect(decodeProtectedHeader(outcome.upstreamSaw?.headers['x-postern-jwt'] ?? '').kid).toBe(
        jwks[0]?.['kid'],
      );
      expect(await verify(outcome)).toMatchObject({ sub: goldId });
    },
  );
});

async function fetchKeys(): Promise<Record<string, unknown>[]> {
  const answer = await fetch(`${world.postern.opsUrl}/jwks.json`);
  return ((await answer.json()) as { keys: Record<string, unknown>[] }).keys;
}

/** Beside the configuration; gives their names as it may say them. */
function writeFiles(texts: readonly string[]): Promise<string[]> {
  return Promise.all(
    texts.map(async (text, at) => {
      await writeFile(join(world.postern.folder, `upstream-${at}.pem`), text);
      return `upstream-${at}.pem`;
    }),
  );
}
