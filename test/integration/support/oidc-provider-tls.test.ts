import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
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

const secret = 'a-secret-of-more-than-thirty-two-characters';

let authority: TestAuthority;
let stranger: TestAuthority;
let ofStranger: CertificateFiles;
let byAuthority: OidcClient;
let byItself: OidcClient;
let bound: OidcClient;
let oidc: OidcProvider;

beforeAll(async () => {
  authority = await createTestAuthority();
  stranger = await createTestAuthority('Another CA');
  ofStranger = await stranger.issue('app');
  const tls = { ...(await authority.issue('idp')), caFile: authority.caFile };
  const certificate = await authority.issue('app');
  byAuthority = { id: 'app', authMethod: 'tls_client_auth', certificate };
  byItself = { id: 'self', authMethod: 'self_signed_tls_client_auth', certificate: ofStranger };
  bound = { id: 'bound', secret, boundTo: 'certificate', certificate };
  oidc = await startOidcProvider({
    clients: [byAuthority, byItself, bound],
    resources: { 'urn:jwt': { audience: 'api://orders', scope: 'orders.read', format: 'jwt' } },
    tls,
  });
});

afterAll(async () => {
  await oidc.close();
  await Promise.all([authority.remove(), stranger.remove()]);
});

describe('a client with a certificate', () => {
  it('of the authority authenticates by it', async () => {
    const token = await fetchToken(oidc, { client: byAuthority });

    expect(decodeJwt(token)).toMatchObject({ iss: oidc.issuer, client_id: 'app' });
    expect(oidc.issuer).toMatch(/^https:/);
  });

  it.each([
    ['the same name from another authority', () => ofStranger],
    ['another name', () => authority.issue('other')],
  ])('of %s does not', async (_name, certificate) => {
    const client = { ...byAuthority, certificate: await certificate() };

    await expect(fetchToken(oidc, { client })).rejects.toThrow('invalid_client');
  });

  it('of nobody authenticates by it where just that one is registered', async () => {
    const client = { ...byItself, certificate: await stranger.issue('app-2') };

    expect(decodeJwt(await fetchToken(oidc, { client: byItself }))).toMatchObject({
      client_id: 'self',
    });
    await expect(fetchToken(oidc, { client })).rejects.toThrow('invalid_client');
  });

  it('gets tokens that are bound to it', async () => {
    const token = await fetchToken(oidc, { client: bound });

    const { raw } = new X509Certificate(await readFile(bound.certificate?.certFile ?? ''));
    const thumbprint = createHash('sha256').update(raw).digest('base64url');
    expect(decodeJwt(token)).toMatchObject({ cnf: { 'x5t#S256': thumbprint } });
  });
});
