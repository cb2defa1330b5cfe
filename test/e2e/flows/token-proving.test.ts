import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createSigningKey, FakeProvider, signText } from '../../support/fake-provider.ts';
import { fetchToken, startOidcProvider, type OidcProvider } from '../../support/oidc-provider.ts';
import type { SigningKey } from '../../support/signing-keys.ts';
import { describeProvider, type Json } from '../../support/world-config.ts';
import { startWorld, type Outcome, type World } from '../../support/world.ts';
import { bearer, wasShown } from './stage.ts';

jest.setTimeout(30_000);

const signedType = 'application/token-introspection+jwt';
const app = { id: 'app', secret: 's3cret-of-app' };
const asker = { id: 'postern', secret: 's3cret-of-postern' };

let oidc: OidcProvider;
let idp: FakeProvider;
let other: FakeProvider;
let world: World;
let extraKey: SigningKey;

beforeAll(async () => {
  [idp, other, oidc] = await Promise.all([
    FakeProvider.start(),
    FakeProvider.start(),
    startOidcProvider({
      clients: [app, { ...asker, signedIntrospection: true }],
      resources: { 'urn:opaque': { audience: 'api://orders', scope: 'x', format: 'opaque' } },
    }),
  ]);
  extraKey = await other.addKey('RS256', 'extra-key');
  const providers: Json[] = [
    describeProvider('plain', idp.issuer),
    describeProvider('allowing', idp.issuer, { issuers_allowed: ['https://old.example.com'] }),
    describeProvider('extra', idp.issuer, { extra_jwks_uris: [`${other.issuer}/jwks`] }),
    describeProvider('aged', idp.issuer, { max_token_age: '10m' }),
    describeProvider('twice', idp.issuer, { introspect_jwt_tokens: true }),
    describeProvider('asking', idp.issuer, {
      introspection_hint: 'urn:hint',
      introspection_headers: { 'X-Api-Key': 'key-of-the-header' },
      introspection_args: { tenant: 'key-of-the-args' },
      introspection_token_param_name: 'opaque',
    }),
    describeProvider('hintless', idp.issuer, { introspection_hint: null }),
    describeProvider('fake-signed', idp.issuer, { introspection_accept: signedType }),
    describeProvider('signed', oidc.issuer, { introspection_accept: signedType }),
  ];
  world = await startWorld({
    identityProviders: providers,
    services: providers.map(({ name }) => ({
      name: String(name),
      identity_providers: [name],
    })),
    consumers: [{ custom_id: 'client-1' }, { custom_id: 'app' }],
  });
});

afterAll(async () => {
  await world.stop();
  await Promise.all([idp.close(), other.close(), oidc.close()]);
});

function bring(service: string, token: string): Promise<Outcome> {
  return world.call({ path: `/${service}/`, headers: bearer(token) });
}

async function reasonOf(service: string, token: string): Promise<unknown> {
  return (await bring(service, token)).line['reason'];
}

function ago(seconds: number): number {
  return Math.floor(Date.now() / 1000) - seconds;
}

describe('what proves a JWT', () => {
  it.each([
    ['plain', undefined, 'allowed'],
    ['plain', 'https://old.example.com', 'token_issuer_mismatch'],
    ['allowing', 'https://old.example.com', 'allowed'],
    ['allowing', 'https://old.example.com/', 'token_issuer_mismatch'],
  ])('token requirements: issuers_allowed at %s with iss %s: %s', async (service, iss, reason) => {
    const token = await idp.sign(idp.claims(iss === undefined ? {} : { iss }));

    expect(await reasonOf(service, token)).toBe(reason);
  });

  it('token requirements: keys of extra_jwks_uris verify tokens, of that provider alone', async () => {
    const token = await idp.sign(idp.claims(), {}, extraKey);

    expect(await reasonOf('extra', token)).toBe('allowed');
    expect(await reasonOf('extra', await idp.sign())).toBe('allowed');
    expect(await reasonOf('plain', token)).toBe('token_signature_invalid');
  });

  it.each<[string, string, number | null, string]>([
    ['without max_token_age', 'plain', 3600, 'allowed'],
    ['without max_token_age', 'plain', null, 'allowed'],
    ['with max_token_age', 'aged', 60, 'allowed'],
    ['with max_token_age', 'aged', 3600, 'token_expired'],
    ['with max_token_age', 'aged', null, 'token_expired'],
  ])(
    'token requirements: %s (%s) a JWT of %s seconds is %s',
    async (_name, service, age, reason) => {
      const iat = age === null ? undefined : ago(age);

      expect(await reasonOf(service, await idp.sign(idp.claims({ iat })))).toBe(reason);
    },
  );

  it('token requirements: max_token_age counts for opaque tokens too', async () => {
    expect(await reasonOf('aged', idp.issueOpaque({ iat: ago(60) }))).toBe('allowed');
    expect(await reasonOf('aged', idp.issueOpaque({ iat: ago(3600) }))).toBe('token_expired');
  });

  it('token requirements: with introspect_jwt_tokens a JWT is asked about after its signature', async () => {
    const [active, revoked] = await Promise.all(
      ['active', 'revoked'].map((jti) => idp.sign(idp.claims({ jti }))),
    );
    idp.introspections.set(active ?? '', { active: true, ...idp.claims() });

    expect(await reasonOf('plain', revoked ?? '')).toBe('allowed');
    expect(await reasonOf('twice', revoked ?? '')).toBe('token_inactive');
    expect((await bring('twice', active ?? '')).line).toMatchObject({ reason: 'allowed' });
    expect([wasShown(idp, active ?? ''), wasShown(idp, revoked ?? '')]).toEqual([true, true]);
  });

  it('token requirements: with introspect_jwt_tokens a forged JWT is shown to nobody', async () => {
    const stranger = await createSigningKey('RS256', idp.keys.at(-1)?.kid ?? '');
    const forged = await idp.sign(idp.claims(), {}, stranger);

    expect(await reasonOf('twice', forged)).toBe('token_signature_invalid');
    expect(wasShown(idp, forged)).toBe(false);
  });

  it('token requirements: with introspect_jwt_tokens an outage of introspection lets nobody pass', async () => {
    const token = await idp.sign(idp.claims({ jti: 'outage' }));
    idp.fail({ kind: 'status', status: 500 }, 'introspection');

    const reason = await reasonOf('twice', token);
    idp.recover();

    expect(reason).toBe('idp_unavailable');
  });
});

describe('the introspection call', () => {
  async function askedBy(service: string, token: string) {
    const before = idp.requests.length;
    const { line } = await bring(service, token);
    const [asked] = idp.requests
      .slice(before)
      .filter(({ endpoint }) => endpoint === 'introspection');
    return { line, form: Object.fromEntries(asked?.form ?? []), headers: asked?.headers ?? {} };
  }

  it.each([
    ['plain', { token: '$', token_type_hint: 'access_token' }],
    ['hintless', { token: '$' }],
    ['asking', { opaque: '$', token_type_hint: 'urn:hint', tenant: 'key-of-the-args' }],
  ])('token requirements: introspection at %s is asked with %j', async (service, form) => {
    const token = idp.issueOpaque();

    const asked = await askedBy(service, token);

    const expected = Object.entries(form).map(([name, value]) => [name, value.replace('$', token)]);
    expect(asked.form).toEqual(Object.fromEntries(expected));
    expect(asked.headers.authorization).toMatch(/^Basic /);
  });

  it('token requirements: introspection_headers are sent, and in no log', async () => {
    const { headers } = await askedBy('asking', idp.issueOpaque());

    expect(headers['x-api-key']).toBe('key-of-the-header');
    expect(headers.accept).toBe('application/json');
    expect(world.postern.output()).not.toMatch(/key-of-the-(?:header|args)/);
  });
});

describe('signed introspection answers', () => {
  it('token requirements: signed introspection answers of the certified provider are proven', async () => {
    const token = await fetchToken(oidc.issuer, { client: app, resource: 'urn:opaque' });

    expect((await bring('signed', token)).line).toMatchObject({
      reason: 'allowed',
      auth_method: 'introspection',
      client_id: 'app',
    });
    expect((await bring('signed', 'made-up')).line['reason']).toBe('token_inactive');
  });

  it('token requirements: a plain answer is not believed where a signed one is wanted', async () => {
    expect(await reasonOf('fake-signed', idp.issueOpaque())).toBe('idp_unavailable');
  });

  it.each<[string, string, Json, Json]>([
    ['a good one', 'allowed', {}, {}],
    ['that says inactive', 'token_inactive', { token_introspection: { active: false } }, {}],
    ['of another issuer', 'idp_unavailable', { iss: 'https://elsewhere' }, {}],
    ['for another client', 'idp_unavailable', { aud: 'somebody' }, {}],
    ['without iat', 'idp_unavailable', { iat: undefined }, {}],
    ['without the answer', 'idp_unavailable', { token_introspection: undefined }, {}],
    ['that is an access token', 'idp_unavailable', {}, { typ: 'at+jwt' }],
    ['by another algorithm', 'idp_unavailable', {}, { alg: 'none' }],
  ])(
    'token requirements: a signed introspection answer, %s, is %s',
    async (name, reason, claims, header) => {
      const answer = {
        iss: idp.issuer,
        aud: 'postern',
        iat: ago(0),
        token_introspection: { active: true, ...idp.claims() },
        ...claims,
      };
      const body =
        header['alg'] === 'none' ? forgeUnsigned(answer) : await signAnswer(answer, header);
      idp.script('introspection', { kind: 'body', body, contentType: signedType });

      expect(await reasonOf('fake-signed', `opaque-for-${name.replaceAll(' ', '-')}`)).toBe(reason);
    },
  );

  it('token requirements: a signed answer by a stranger’s key is not believed', async () => {
    const stranger = await createSigningKey('RS256', idp.keys.at(-1)?.kid ?? '');
    const answer = { iss: idp.issuer, aud: 'postern', iat: ago(0) };
    const body = await signAnswer(
      { ...answer, token_introspection: { active: true, ...idp.claims() } },
      {},
      stranger,
    );
    idp.script('introspection', { kind: 'body', body, contentType: signedType });

    expect(await reasonOf('fake-signed', 'opaque-for-a-stranger')).toBe('idp_unavailable');
  });

  async function signAnswer(answer: Json, header: Json, key = idp.keys.at(-1)): Promise<string> {
    if (key === undefined) throw new Error('no key');
    const all = { typ: 'token-introspection+jwt', kid: key.kid, ...header };
    return signText(JSON.stringify(answer), all, key);
  }

  function forgeUnsigned(answer: Json): string {
    const parts = [{ alg: 'none', typ: 'token-introspection+jwt' }, answer];
    return `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;
  }
});
