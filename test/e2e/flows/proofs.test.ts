import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DpopToken, ProofChanges } from '../../support/oidc-dpop.ts';
import {
  fetchDpopToken,
  fetchToken,
  startOidcProvider,
  type OidcProvider,
} from '../../support/oidc-provider.ts';
import { startOwnRedis, type OwnRedis } from '../../support/redis.ts';
import { describeProvider } from '../../support/world-config.ts';
import { startWorld, type Outcome, type World, type WorldOptions } from '../../support/world.ts';

jest.setTimeout(60_000);

/** What callers see; Envoy listens elsewhere. */
const publicUrl = 'https://api.example.com';
const algorithms = 'ES256 RS256 PS256 EdDSA';
const app = { id: 'app', secret: 'secret-of-app' };
const postern = { id: 'postern', secret: 's3cret-of-postern' };

let oidc: OidcProvider;
let redis: OwnRedis;
let world: World;
let replica: World;
/** Without Redis: what was used is remembered in the process. */
let alone: World;
let bound: DpopToken;
let unbound: string;

beforeAll(async () => {
  oidc = await startOidcProvider({
    clients: [app, postern],
    resources: {
      'urn:jwt': { audience: 'api://orders', scope: 'orders.read', format: 'jwt' },
      'urn:opaque': { audience: 'api://orders', scope: 'orders.read', format: 'opaque' },
    },
  });
  redis = await startOwnRedis();
  const common = { identity_providers: ['oidc'], public_url: publicUrl };
  const settings: WorldOptions = {
    identityProviders: [describeProvider('oidc', oidc.issuer)],
    services: [
      { ...common, name: 'optional', proof_of_possession_dpop: 'optional' },
      { ...common, name: 'required', proof_of_possession_dpop: 'required' },
      { ...common, name: 'nonces', proof_of_possession_dpop: 'required', dpop_use_nonce: true },
      {
        ...common,
        name: 'strict',
        proof_of_possession_dpop: 'required',
        dpop_proof_lifetime: '5s',
      },
      {
        ...common,
        name: 'patient',
        proof_of_possession_dpop: 'required',
        dpop_proof_lifetime: '10m',
      },
      { ...common, name: 'off' },
      {
        ...common,
        name: 'kept',
        proof_of_possession_dpop: 'optional',
        hide_credentials: false,
      },
    ],
    consumers: [{ custom_id: 'app' }],
    config: { shared_key: 'a key that the replicas share, long enough' },
  };
  const shared = { ...settings, redis, redisSettings: { max_staleness: '10m' } };
  world = await startWorld(shared);
  replica = await startWorld(shared);
  alone = await startWorld(settings);
  bound = await fetchDpopToken(oidc.issuer, { client: app });
  unbound = await fetchToken(oidc.issuer, { client: app });
});

afterAll(async () => {
  await Promise.all([world.stop(), replica.stop(), alone.stop()]);
  await oidc.close();
  await redis.stop();
});

function urlOf(service: string): string {
  return `${publicUrl}/${service}/items`;
}

/** Sends these headers to `urlOf(service)` by way of Envoy. */
function send(service: string, headers: Readonly<Record<string, string>>, by = world) {
  return by.call({ path: `/${service}/items?page=2`, headers });
}

interface Presented {
  readonly token?: DpopToken;
  readonly changes?: ProofChanges;
  readonly by?: World;
}

/** Presents a bound token with a proof of its own making. */
async function present(
  service: string,
  { token = bound, changes = {}, by = world }: Presented = {},
): Promise<Outcome> {
  const dpop = await token.proof('GET', urlOf(service), changes);
  return send(service, { authorization: `DPoP ${token.token}`, dpop }, by);
}

function judge({ status, line }: Outcome): string {
  return `${status} ${String(line['reason'])}`;
}

describe('a DPoP client', () => {
  it.each([
    ['optional', 'urn:jwt', 'bearer'],
    ['optional', 'urn:opaque', 'introspection'],
    ['required', 'urn:jwt', 'bearer'],
    ['required', 'urn:opaque', 'introspection'],
  ])('is let in where DPoP is %s, with a token of %s', async (service, resource, method) => {
    const token = await fetchDpopToken(oidc.issuer, { client: app, resource });

    const outcome = await token.request('GET', `${urlOf(service)}?page=2`, (headers) =>
      send(service, headers),
    );

    expect(judge(outcome)).toBe('200 allowed');
    expect(outcome.line).toMatchObject({ auth_method: method, client_id: 'app' });
    expect(outcome.upstreamSaw?.headers).not.toHaveProperty('authorization');
    expect(outcome.upstreamSaw?.headers).not.toHaveProperty('dpop');
  });

  it('repeats a request by itself with the nonce that is asked for', async () => {
    const token = await fetchDpopToken(oidc.issuer, { client: app });
    const outcomes: Outcome[] = [];

    await token.request('GET', urlOf('nonces'), async (headers) => {
      const outcome = await send('nonces', headers);
      outcomes.push(outcome);
      return outcome;
    });

    expect(outcomes.map(judge)).toEqual(['401 proof_nonce_required', '200 allowed']);
    expect(outcomes[0]?.challenges).toEqual([`DPoP error="use_dpop_nonce", algs="${algorithms}"`]);
    expect(outcomes[0]?.headers['dpop-nonce']).toMatch(/^[\w-]{43}$/);
  });

  it('is told where DPoP is on before it has a token', async () => {
    const [off, on] = [await send('off', {}), await send('required', {})];

    expect(off.challenges).toEqual(['Bearer realm="off"']);
    expect(on.challenges).toEqual([
      'Bearer realm="required"',
      `DPoP realm="required", algs="${algorithms}"`,
    ]);
  });

  it('has its token and proof passed on where credentials are kept', async () => {
    const dpop = await bound.proof('GET', urlOf('kept'));
    const headers = { authorization: `DPoP ${bound.token}`, dpop };

    const { upstreamSaw } = await send('kept', headers);

    expect(upstreamSaw?.headers).toMatchObject(headers);
  });
});

describe('a DPoP proof', () => {
  it.each<[string, () => ProofChanges]>([
    ['another method', () => ({ claims: { htm: 'POST' } })],
    ['another path', () => ({ claims: { htu: `${publicUrl}/optional/other` } })],
    ['another scheme', () => ({ claims: { htu: 'http://api.example.com/optional/items' } })],
    ['another port', () => ({ claims: { htu: 'https://api.example.com:444/optional/items' } })],
    ['the address of Envoy', () => ({ claims: { htu: `${world.envoy.url}/optional/items` } })],
    [
      'the hash of another token',
      () => ({ claims: { ath: 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo' } }),
    ],
    ['the hash of no token', () => ({ claims: { ath: undefined } })],
    ['no time', () => ({ claims: { iat: undefined } })],
    ['a time long past', () => ({ claims: { iat: secondsFromNow(-300) } })],
    ['a time to come', () => ({ claims: { iat: secondsFromNow(300) } })],
    ['no name of its own', () => ({ claims: { jti: undefined } })],
    ['another type', () => ({ header: { typ: 'JWT' } })],
    ['no key', () => ({ header: { jwk: undefined } })],
  ])('is refused with %s', async (_what, changes) => {
    const outcome = await present('optional', { changes: changes() });

    expect(judge(outcome)).toBe('401 token_proof_invalid');
    expect(outcome.challenges).toEqual([`DPoP error="invalid_dpop_proof", algs="${algorithms}"`]);
    expect(outcome.upstreamSaw).toBeNull();
  });

  it('is refused when another key has signed it', async () => {
    const other = await fetchDpopToken(oidc.issuer, { client: app });
    const dpop = await other.proof('GET', urlOf('optional'), {
      claims: { ath: await hashOf(bound.token) },
    });

    const outcome = await send('optional', { authorization: `DPoP ${bound.token}`, dpop });

    expect(judge(outcome)).toBe('401 token_proof_invalid');
  });

  it.each([
    ['missing', () => Promise.resolve([])],
    ['no JWT', () => Promise.resolve([['dpop', 'proof'] as const])],
    [
      'one of two',
      async () => [
        ['dpop', await bound.proof('GET', urlOf('optional'))] as const,
        ['dpop', await bound.proof('GET', urlOf('optional'))] as const,
      ],
    ],
  ])('is refused when it is %s', async (_what, proofs) => {
    const headers = [['authorization', `DPoP ${bound.token}`] as const, ...(await proofs())];

    const outcome = await world.call({ path: '/optional/items', headers });

    expect(judge(outcome)).toBe('401 token_proof_invalid');
  });

  it.each([
    ['in other letters', 'HTTPS://API.example.com:443/optional/%69tems'],
    ['with a query', `${publicUrl}/optional/items?page=2`],
  ])('is good for its address %s', async (_how, htu) => {
    expect(judge(await present('optional', { changes: { claims: { htu } } }))).toBe('200 allowed');
  });

  it.each([
    ['strict', 30, '401 token_proof_invalid'],
    ['required', 30, '200 allowed'],
    ['required', 300, '401 token_proof_invalid'],
    ['patient', 300, '200 allowed'],
    ['patient', 700, '401 token_proof_invalid'],
  ])('is as old as dpop_proof_lifetime lets it be: at %s, %i s: %s', async (service, age, then) => {
    const changes = { claims: { iat: secondsFromNow(-age) } };

    expect(judge(await present(service, { changes }))).toBe(then);
  });

  it.each([
    ['in Redis: at one replica or another', () => [world, world, replica]],
    ['in memory: at the one process', () => [alone, alone, alone]],
  ])('is good once, remembered %s', async (_where, places) => {
    const dpop = await bound.proof('GET', urlOf('required'));
    const headers = { authorization: `DPoP ${bound.token}`, dpop };

    const judged: string[] = [];
    for (const place of places()) judged.push(judge(await send('required', headers, place)));

    expect(judged).toEqual(['200 allowed', '401 token_proof_invalid', '401 token_proof_invalid']);
  });

  it('with a nonce is good at every replica, with a made-up one at none', async () => {
    const asked = await present('nonces');
    const nonce = asked.headers['dpop-nonce'] ?? '';

    const good = await present('nonces', { changes: { nonce }, by: replica });
    const bad = await present('nonces', { changes: { nonce: nonce.toLowerCase() } });

    expect(judge(good)).toBe('200 allowed');
    expect(judge(bad)).toBe('401 proof_nonce_required');
    expect(bad.headers['dpop-nonce']).toMatch(/^[\w-]{43}$/);
  });
});

describe('a token that is bound to a key', () => {
  it.each(['optional', 'required', 'off'])(
    'is refused as a plain bearer token where DPoP is %s, proof or not',
    async (service) => {
      const authorization = `Bearer ${bound.token}`;
      const dpop = await bound.proof('GET', urlOf(service));

      expect(judge(await send(service, { authorization }))).toBe('401 token_proof_invalid');
      expect(judge(await send(service, { authorization, dpop }))).toBe('401 token_proof_invalid');
    },
  );
});

describe('a token that is bound to no key', () => {
  it.each([
    ['optional', 'Bearer', '200 allowed'],
    ['optional', 'DPoP', '401 token_proof_invalid'],
    ['required', 'Bearer', '401 token_proof_invalid'],
    ['required', 'DPoP', '401 token_proof_invalid'],
    ['off', 'Bearer', '200 allowed'],
    ['off', 'DPoP', '401 credential_missing'],
  ])('where DPoP is %s, brought by the scheme %s: %s', async (service, scheme, expected) => {
    expect(judge(await send(service, { authorization: `${scheme} ${unbound}` }))).toBe(expected);
  });
});

describe('a Redis that is gone', () => {
  it('makes proofs an outage, since nobody knows whether they were used', async () => {
    await present('optional');
    await redis.kill();

    expect(judge(await present('optional'))).toBe('503 store_unavailable');
    expect(judge(await send('optional', { authorization: `Bearer ${unbound}` }))).toBe(
      '200 allowed',
    );
  });
});

function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

async function hashOf(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', Buffer.from(text));
  return Buffer.from(bytes).toString('base64url');
}
