import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
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
import { describeProvider } from '../../support/world-config.ts';
import { startWorld, type World } from '../../support/world.ts';

jest.setTimeout(60_000);

const secret = 'secret-of-the-app';
const plain: OidcClient = { id: 'plain', secret };

let authority: TestAuthority;
let certificate: CertificateFiles;
let another: CertificateFiles;
let bound: OidcClient;
let oidc: OidcProvider;
let world: World;

beforeAll(async () => {
  authority = await createTestAuthority();
  const ofServers = await authority.issue('server');
  certificate = await authority.issue('app');
  another = await authority.issue('another');
  bound = { id: 'bound', secret, boundTo: 'certificate', certificate };
  const tls = { ...ofServers, caFile: authority.caFile };
  oidc = await startOidcProvider({
    clients: [plain, bound, { id: 'postern', secret: 's3cret-of-postern' }],
    resources: {
      'urn:jwt': { audience: 'api://orders', scope: 'orders.read', format: 'jwt' },
      'urn:opaque': { audience: 'api://orders', scope: 'orders.read', format: 'opaque' },
    },
    tls,
  });
  world = await startWorld({
    identityProviders: [describeProvider('oidc', oidc.issuer, { ca_file: authority.caFile })],
    services: (['off', 'optional', 'required'] as const).map((mode) => ({
      name: mode,
      identity_providers: ['oidc'],
      proof_of_possession_mtls: mode,
    })),
    consumers: [{ custom_id: 'plain' }, { custom_id: 'bound' }],
    envoy: { tls },
  });
});

afterAll(async () => {
  await world.stop();
  await oidc.close();
  await authority.remove();
});

/** Brings a token of that client in a TLS connection with this certificate, or with none. */
async function judge(
  service: string,
  client: OidcClient,
  shown: CertificateFiles | null,
  resource = 'urn:jwt',
): Promise<string> {
  const token = await fetchToken(oidc, { client, resource });
  const { status, line } = await world.call({
    path: `/${service}/`,
    headers: { authorization: `Bearer ${token}` },
    tls: { caFile: authority.caFile, ...(shown === null ? {} : { certificate: shown }) },
  });
  return `${status} ${String(line['reason'])}`;
}

describe.each(['urn:jwt', 'urn:opaque'])('a token of %s', (resource) => {
  it.each([
    ['optional', 'the certificate that it is bound to', '200 allowed'],
    ['optional', 'another certificate', '401 token_proof_invalid'],
    ['optional', 'no certificate', '401 token_proof_invalid'],
    ['required', 'the certificate that it is bound to', '200 allowed'],
    ['required', 'another certificate', '401 token_proof_invalid'],
    ['required', 'no certificate', '401 token_proof_invalid'],
    ['off', 'the certificate that it is bound to', '401 token_proof_invalid'],
    ['off', 'no certificate', '401 token_proof_invalid'],
  ])('where mutual TLS is %s, bound and brought with %s: %s', async (service, shown, expected) => {
    const certificates = new Map([
      ['the certificate that it is bound to', certificate],
      ['another certificate', another],
    ]);

    expect(await judge(service, bound, certificates.get(shown) ?? null, resource)).toBe(expected);
  });

  it.each([
    ['optional', '200 allowed'],
    ['required', '401 token_proof_invalid'],
    ['off', '200 allowed'],
  ])('where mutual TLS is %s, bound to nothing: %s', async (service, expected) => {
    expect(await judge(service, plain, certificate, resource)).toBe(expected);
    expect(await judge(service, plain, null, resource)).toBe(expected);
  });
});

it('a certificate in a header of the caller is none', async () => {
  const token = await fetchToken(oidc, { client: bound });
  const pem = encodeURIComponent(await readFile(certificate.certFile, 'utf8'));

  const { line } = await world.call({
    path: '/required/',
    headers: {
      authorization: `Bearer ${token}`,
      'x-forwarded-client-cert': `Cert="${pem}"`,
    },
    tls: { caFile: authority.caFile },
  });

  expect(line['reason']).toBe('token_proof_invalid');
});
