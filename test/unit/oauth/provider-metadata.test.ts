import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../src/lib/clock.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { ProviderMetadata } from '../../../src/oauth/provider-metadata.ts';
import type { ProviderClient } from '../../../src/oauth/provider-options.ts';
import { optionsOf } from '../../integration/oauth/setup.ts';

const issuer = 'https://idp.example';
const byCertificate: ProviderClient = {
  id: 'postern',
  authMethod: 'tls_client_auth',
  certificate: { cert: '', key: new Secret('') },
};
const bySecret: ProviderClient = {
  id: 'postern',
  authMethod: 'client_secret_basic',
  secret: new Secret('x'),
};
const http = { send: () => Promise.reject(new Error('not asked')), close: () => Promise.resolve() };

function metadataOf(client: ProviderClient): ProviderMetadata {
  return new ProviderMetadata(
    optionsOf(issuer, { client }),
    { http, clock: systemClock },
    {
      token_endpoint: `${issuer}/token`,
      mtls_endpoint_aliases: { token_endpoint: 'https://mtls.idp.example/token' },
    },
  );
}

describe('an endpoint', () => {
  it('is told in one spelling, whichever the provider has', async () => {
    const members = { jwks_uri: 'HTTPS://IDP.example:443/JWKS?a=B' };
    const deps = { http, clock: systemClock };
    const metadata = new ProviderMetadata(optionsOf(issuer), deps, members);

    expect(await metadata.endpoint('jwks')).toEqual({ url: 'https://idp.example/JWKS?a=B' });
  });
});

describe('an endpoint with an alias for certificates', () => {
  it.each([
    ['our own client with a certificate', byCertificate, 'own client', 'mtls.idp.example'],
    ['our own client with a secret', bySecret, 'own client', 'idp.example'],
    ['an application with its secret', byCertificate, 'application', 'idp.example'],
  ] as const)('is chosen for %s', async (_name, client, asker, host) => {
    const url = `https://${host}/token`;

    expect(await metadataOf(client).endpoint('token', asker)).toEqual({ url });
  });
});
