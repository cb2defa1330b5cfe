import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, exportPKCS8 } from 'jose';
import { Secret } from '../../../src/lib/secret.ts';
import type { ProviderClient, ProviderOptions } from '../../../src/oauth/provider-options.ts';
import {
  createTestAuthority,
  type CertificateFiles,
  type TestAuthority,
} from '../../support/certificates.ts';
import { createSigningKey, FakeProvider } from '../../support/fake-provider.ts';
import { fetchToken, startOidcProvider, type OidcProvider } from '../../support/oidc-provider.ts';
import type { SigningKey } from '../../support/signing-keys.ts';
import { optionsOf, outcomeOf, rigOf, type Rig } from './setup.ts';

const app = { id: 'app-1', secret: 'app-secret' } as const;
const secret = 'a secret of 32 characters at least: %+&=/';

let authority: TestAuthority;
let certificate: CertificateFiles;
let selfSigned: CertificateFiles;
let key: SigningKey;
let idp: OidcProvider;
let token: string;
let ca: string;
const rigs: Rig[] = [];

beforeAll(async () => {
  authority = await createTestAuthority();
  certificate = await authority.issue('gateway');
  selfSigned = await authority.issue('self');
  key = await createSigningKey('RS256', 'gateway-1');
  ca = readFileSync(authority.caFile, 'utf8');
  idp = await startOidcProvider({
    tls: { ...(await authority.issue('server')), caFile: authority.caFile },
    clients: [
      app,
      { id: 'by-basic', secret, signedIntrospection: true },
      { id: 'by-post', secret, authMethod: 'client_secret_post' },
      { id: 'by-secret-jwt', secret, authMethod: 'client_secret_jwt' },
      { id: 'by-key', key, authMethod: 'private_key_jwt' },
      { id: 'by-tls', certificate, authMethod: 'tls_client_auth' },
      { id: 'by-own-tls', certificate: selfSigned, authMethod: 'self_signed_tls_client_auth' },
      { id: 'by-nothing', authMethod: 'none', redirectUri: 'http://127.0.0.1:1/callback' },
    ],
    resources: {
      'urn:orders': { audience: 'urn:orders', scope: 'orders.read', format: 'opaque' },
    },
  });
  token = await fetchToken(idp, { client: app, scope: 'orders.read' });
});

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
});

afterAll(async () => {
  await idp.close();
  await authority.remove();
});

function open(client: ProviderClient, more: Partial<ProviderOptions> = {}): Rig {
  const rig = rigOf(optionsOf(idp.issuer, { tls: { ca }, client, ...more }));
  rigs.push(rig);
  return rig;
}

type SecretMethod = 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt';

function bySecret(authMethod: SecretMethod, id: string, value = secret): ProviderClient {
  return { authMethod, id, secret: new Secret(value) };
}

async function byKey(how: 'pem' | 'jwk', signedBy = key): Promise<ProviderClient> {
  const { privateKey, kid, alg } = signedBy;
  const text =
    how === 'pem'
      ? await exportPKCS8(privateKey)
      : JSON.stringify({ ...(await exportJWK(privateKey)), kid, alg });
  const keyId = how === 'pem' ? kid : null;
  return {
    authMethod: 'private_key_jwt',
    id: 'by-key',
    privateKey: { pem: new Secret(text), keyId, algorithm: null },
  };
}

function byCertificate(
  authMethod: 'tls_client_auth' | 'self_signed_tls_client_auth',
  id: string,
  { certFile, keyFile }: CertificateFiles,
): ProviderClient {
  const pem = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  return { authMethod, id, certificate: { cert: pem.cert, key: new Secret(pem.key) } };
}

const ask = (rig: Rig) => outcomeOf(rig.verify(token));

describe('our client at a certified provider', () => {
  it.each<[string, () => ProviderClient | Promise<ProviderClient>]>([
    ['client_secret_basic', () => bySecret('client_secret_basic', 'by-basic')],
    ['client_secret_post', () => bySecret('client_secret_post', 'by-post')],
    ['client_secret_jwt', () => bySecret('client_secret_jwt', 'by-secret-jwt')],
    ['private_key_jwt, by a PEM', () => byKey('pem')],
    ['private_key_jwt, by a JWK', () => byKey('jwk')],
    ['tls_client_auth', () => byCertificate('tls_client_auth', 'by-tls', certificate)],
    [
      'self_signed_tls_client_auth',
      () => byCertificate('self_signed_tls_client_auth', 'by-own-tls', selfSigned),
    ],
    ['none', () => ({ authMethod: 'none', id: 'by-nothing' })],
  ])('is known by %s', async (_method, client) => {
    const rig = open(await client());

    expect(await ask(rig)).toBe('introspection miss');
    expect(await outcomeOf(rig.verify('no-such-token'))).toBe('token_inactive');
  });

  it.each<[string, () => ProviderClient | Promise<ProviderClient>]>([
    ['a wrong secret', () => bySecret('client_secret_basic', 'by-basic', 'wrong')],
    ['a wrong shared key', () => bySecret('client_secret_jwt', 'by-secret-jwt', `not ${secret}`)],
    [
      'a key that is not registered',
      async () => byKey('pem', await createSigningKey('RS256', 'gateway-1')),
    ],
    ['another certificate', () => byCertificate('tls_client_auth', 'by-tls', selfSigned)],
    ['a secret where a key is wanted', () => bySecret('client_secret_basic', 'by-key')],
    ['no proof where one is wanted', () => ({ authMethod: 'none', id: 'by-basic' })],
  ])('is refused with %s, which says nothing of the token', async (_what, client) => {
    expect(await ask(open(await client()))).toBe('idp_unavailable');
  });
});

describe('a signed introspection answer of a certified provider', () => {
  const { introspection } = optionsOf('https://idp.example');
  const signed = {
    introspection: { ...introspection, accept: 'application/token-introspection+jwt' },
  } as const;

  it('is believed, be it yes or no', async () => {
    const rig = open(bySecret('client_secret_basic', 'by-basic'), signed);

    expect(await ask(rig)).toBe('introspection miss');
    expect(await outcomeOf(rig.verify('no-such-token'))).toBe('token_inactive');
  });
});

describe('a provider with hosts of their own for certificates', () => {
  const askedFrom = async (client: ProviderClient) => {
    const alias = await FakeProvider.start();
    const named = await FakeProvider.start({
      metadata: {
        mtls_endpoint_aliases: { introspection_endpoint: `${alias.issuer}/introspection` },
      },
    });
    const rig = rigOf(optionsOf(named.issuer, { client }));
    try {
      expect(await outcomeOf(rig.verify('x'))).toBe('token_inactive');
      return { alias: alias.calls('introspection'), named: named.calls('introspection') };
    } finally {
      await rig.close();
      await alias.close();
      await named.close();
    }
  };

  it('is asked there by a client with a certificate', async () => {
    const client = byCertificate('tls_client_auth', 'by-tls', certificate);

    expect(await askedFrom(client)).toEqual({ alias: 1, named: 0 });
  });

  it('is asked at the usual place by any other', async () => {
    const client = bySecret('client_secret_basic', 'by-basic');

    expect(await askedFrom(client)).toEqual({ alias: 0, named: 1 });
  });
});
