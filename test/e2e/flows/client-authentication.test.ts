import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { exportJWK, exportPKCS8 } from 'jose';
import {
  createTestAuthority,
  type CertificateFiles,
  type TestAuthority,
} from '../../support/certificates.ts';
import {
  fetchToken,
  startOidcProvider,
  type OidcClient,
  type OidcProvider,
} from '../../support/oidc-provider.ts';
import { startConnectProxy, type ConnectProxy } from '../../support/connect-proxy.ts';
import { createSigningKey } from '../../support/signing-keys.ts';
import type { Json } from '../../support/world-config.ts';
import { startWorld, type World } from '../../support/world.ts';

jest.setTimeout(60_000);

const secret = 'a secret of 32 characters at least: %+&=/';
const app: OidcClient = { id: 'app', secret: 'secret-of-app' };
const alice = { name: 'alice', password: 'pass:word of alice' };

let authority: TestAuthority;
let oidc: OidcProvider;
let proxy: ConnectProxy;
let world: World;

/** Services are named after what their provider's client does. */
const good = [
  ...['client_secret_basic', 'client_secret_post', 'client_secret_jwt'],
  ...['private_key_jwt', 'private_key_jwt-by-jwk', 'tls_client_auth'],
  ...['client_secret_basic-in-a-file', 'private_key_jwt-in-a-file'],
  ...['self_signed_tls_client_auth', 'none'],
];
const bad = ['wrong-secret', 'wrong-shared-key', 'wrong-key', 'wrong-certificate', 'wrong-method'];
const untrusting = ['no-authority', 'another-authority'];

beforeAll(async () => {
  authority = await createTestAuthority();
  const stranger = await createTestAuthority('Another CA');
  const key = await createSigningKey('RS256', 'key-of-postern');
  const wrongKey = await createSigningKey('RS256', 'key-of-postern');
  const certificate = await authority.issue('postern');
  const selfSigned = await stranger.issue('postern-itself');
  const grants = ['password'] as const;
  oidc = await startOidcProvider({
    tls: { ...(await authority.issue('server')), caFile: authority.caFile },
    users: [alice],
    clients: [
      app,
      { id: 'by-basic', secret, grants },
      { id: 'by-post', secret, authMethod: 'client_secret_post', grants },
      { id: 'by-secret-jwt', secret, authMethod: 'client_secret_jwt', grants },
      { id: 'by-key', key, authMethod: 'private_key_jwt', grants },
      { id: 'by-tls', certificate, authMethod: 'tls_client_auth', grants },
      {
        id: 'by-own-tls',
        certificate: selfSigned,
        authMethod: 'self_signed_tls_client_auth',
        grants,
      },
      { id: 'by-nothing', authMethod: 'none', grants },
    ],
    resources: { 'urn:opaque': { audience: 'api://orders', scope: 'read', format: 'opaque' } },
  });
  const pem = await exportPKCS8(key.privateKey);
  const jwk = JSON.stringify({ ...(await exportJWK(key.privateKey)), kid: key.kid, alg: key.alg });
  const wrongPem = await exportPKCS8(wrongKey.privateKey);
  const files = { secret: fileOf('secret'), key: fileOf('postern-key.pem') };
  await writeFile(files.secret, `${secret}\n`);
  await writeFile(files.key, pem);
  proxy = await startConnectProxy();
  const https_proxy = `http://user:pass@127.0.0.1:${proxy.port}`;
  const byBasic = { id: 'by-basic', secret };
  const trusting = { ca_file: authority.caFile };
  const clients: Readonly<Record<string, { readonly client: Json; readonly more?: Json }>> = {
    client_secret_basic: { client: byBasic },
    client_secret_post: { client: { id: 'by-post', auth_method: 'client_secret_post', secret } },
    client_secret_jwt: {
      client: { id: 'by-secret-jwt', auth_method: 'client_secret_jwt', secret },
    },
    private_key_jwt: { client: byKey({ private_key: pem, key_id: key.kid }) },
    'private_key_jwt-by-jwk': { client: byKey({ private_key: jwk }) },
    'client_secret_basic-in-a-file': { client: { id: 'by-basic', secret_file: files.secret } },
    'private_key_jwt-in-a-file': {
      client: byKey({ private_key_file: files.key, key_id: key.kid }),
    },
    tls_client_auth: { client: byCertificate('tls_client_auth', 'by-tls', certificate) },
    self_signed_tls_client_auth: {
      client: byCertificate('self_signed_tls_client_auth', 'by-own-tls', selfSigned),
    },
    none: { client: { id: 'by-nothing', auth_method: 'none' } },
    'wrong-secret': { client: { id: 'by-basic', secret: 'another secret' } },
    'wrong-shared-key': {
      client: { id: 'by-secret-jwt', auth_method: 'client_secret_jwt', secret: `not ${secret}` },
    },
    'wrong-key': { client: byKey({ private_key: wrongPem, key_id: key.kid }) },
    'wrong-certificate': { client: byCertificate('tls_client_auth', 'by-tls', selfSigned) },
    'wrong-method': { client: { id: 'by-basic', auth_method: 'none' } },
    'no-authority': { client: byBasic, more: {} },
    'another-authority': { client: byBasic, more: { ca_file: stranger.caFile } },
    proxied: { client: byBasic, more: { ...trusting, https_proxy } },
    'not-proxied': {
      client: byBasic,
      more: { ...trusting, https_proxy, no_proxy: ['127.0.0.1'] },
    },
  };
  world = await startWorld({
    identityProviders: Object.entries(clients).map(([name, { client, more = trusting }]) => ({
      name,
      issuer: oidc.issuer,
      client,
      ...more,
    })),
    services: Object.keys(clients).map((name) => ({
      name,
      identity_providers: [name],
      auth_methods: ['introspection', 'password'],
    })),
    consumers: [
      { username: 'application', custom_id: 'app' },
      { username: 'user', custom_id: 'alice' },
    ],
  });
  await stranger.remove();
});

afterAll(async () => {
  await world.stop();
  await oidc.close();
  await proxy.close();
  await authority.remove();
});

/** Leaves with the authority. */
function fileOf(name: string): string {
  return join(dirname(authority.caFile), name);
}

function byKey(more: Json): Json {
  return { id: 'by-key', auth_method: 'private_key_jwt', ...more };
}

function byCertificate(method: string, id: string, files: CertificateFiles): Json {
  return { id, auth_method: method, cert_file: files.certFile, key_file: files.keyFile };
}

async function bringToken(service: string) {
  const token = await fetchToken(oidc, { client: app });
  return world.call({ path: `/${service}/`, headers: { authorization: `Bearer ${token}` } });
}

async function bringPassword(service: string, password = alice.password) {
  const pair = Buffer.from(`${alice.name}:${password}`).toString('base64');
  return world.call({ path: `/${service}/`, headers: { authorization: `Basic ${pair}` } });
}

describe("Postern's own client", () => {
  it.each(good)('is known by %s at the introspection endpoint', async (method) => {
    const before = oidc.calls.introspection;

    const { line, upstreamSaw } = await bringToken(method);

    expect(line).toMatchObject({ reason: 'allowed', auth_method: 'introspection', cache: 'miss' });
    expect(upstreamSaw?.headers).toMatchObject({ 'x-consumer-username': 'application' });
    expect(oidc.calls.introspection).toBe(before + 1);
  });

  it.each(good)('is known by %s at the token endpoint', async (method) => {
    const before = oidc.calls.token;

    const { line, upstreamSaw } = await bringPassword(method);

    expect(line).toMatchObject({ reason: 'allowed', auth_method: 'password', cache: 'miss' });
    expect(upstreamSaw?.headers).toMatchObject({ 'x-consumer-username': 'user' });
    expect(oidc.calls.token).toBe(before + 1);
  });

  it.each(good)('is told by %s apart from a user with a wrong password', async (method) => {
    const { status, line } = await bringPassword(method, 'another');

    expect([status, line['reason']]).toEqual([401, 'client_rejected']);
  });

  it.each(bad)('is an outage, and the fault of no caller, with a %s', async (service) => {
    const before = { ...oidc.calls };

    const outcomes = [await bringToken(service), await bringPassword(service)];

    for (const outcome of outcomes) {
      expect([outcome.status, outcome.line['reason']]).toEqual([503, 'idp_unavailable']);
      expect(outcome.upstreamSaw).toBeNull();
    }
    expect(oidc.calls.introspection - before.introspection).toBeGreaterThan(0);
    expect(oidc.calls.token - before.token).toBeGreaterThan(0);
  });

  it('leaves no secret and no key in the log', () => {
    const printed = world.postern.output();

    expect(printed).toContain('idp_unavailable');
    expect(printed).not.toContain('32 characters');
    expect(printed).not.toContain('PRIVATE KEY');
    expect(printed).not.toContain(alice.password);
  });
});

describe('a provider with a certificate of its own authority', () => {
  it.each(untrusting)('is not talked to where ca_file names %s', async (service) => {
    const before = { ...oidc.calls };

    const { status, line } = await bringPassword(service);

    expect([status, line['reason']]).toEqual([503, 'idp_unavailable']);
    expect(oidc.calls).toEqual(before);
  });
});

describe('a provider behind a forward proxy', () => {
  it('is called through that', async () => {
    const target = new URL(oidc.issuer).host;
    const authorization = `Basic ${btoa('user:pass')}`;

    const outcomes = [await bringToken('proxied'), await bringPassword('proxied')];

    expect(outcomes.map(({ status }) => status)).toEqual([200, 200]);
    expect(proxy.requests).toContainEqual({ method: 'CONNECT', target, authorization });
  });

  it('is called directly where no_proxy has its host', async () => {
    const before = proxy.requests.length;

    const outcomes = [await bringToken('not-proxied'), await bringPassword('not-proxied')];

    expect(outcomes.map(({ status }) => status)).toEqual([200, 200]);
    expect(proxy.requests).toHaveLength(before);
  });
});
