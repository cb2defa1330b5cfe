import { describe, expect, it, jest } from '@jest/globals';
import { systemClock } from '../../../src/lib/clock.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { HttpFault, type HttpClient } from '../../../src/oauth/http-client.ts';
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

describe('metadata that cannot be had', () => {
  const url = `${issuer}/.well-known/openid-configuration`;
  const said = (document: unknown) => () => new Response(JSON.stringify(document));
  const fault = (...why: ConstructorParameters<typeof HttpFault>) => {
    return () => {
      throw new HttpFault(...why);
    };
  };

  async function troubleOf(answers: readonly (() => Response)[], more: object = {}) {
    const left = [...answers];
    const send: HttpClient['send'] = async () => {
      await Promise.resolve();
      return left.shift()?.() ?? new Response(null, { status: 404 });
    };
    const metadata = new ProviderMetadata(
      optionsOf(issuer, more),
      { http: { ...http, send }, clock: systemClock },
      null,
    );
    await metadata.refresh();
    return metadata.trouble;
  }

  it.each([
    [
      'another issuer',
      [said({ issuer: `${issuer}/` })],
      `${url} says its issuer is "${issuer}/", not "${issuer}"`,
    ],
    ['no issuer', [said({})], `${url} names no issuer`],
    ['no page', [], `${url} answered 404; nor is it in any other usual place`],
    ['a failure', [() => new Response(null, { status: 503 })], `${url} answered 503`],
    [
      'no JSON',
      [() => new Response('<html>')],
      `${url} is not JSON, or no object; nor is it in any other usual place`,
    ],
    ['a dead port', [fault('connection', 'ECONNREFUSED')], `${url}: connection (ECONNREFUSED)`],
    ['no answer in time', [fault('timeout')], `${url}: timeout`],
    [
      'another issuer, then a failure',
      [said({ issuer: 'x' }), fault('timeout')],
      `${url} says its issuer is "x", not "${issuer}"`,
    ],
    [
      'no page, then a failure',
      [() => new Response(null, { status: 404 }), fault('timeout')],
      `${issuer}/.well-known/oauth-authorization-server: timeout`,
    ],
  ])('tell why: %s', async (_name, answers, trouble) => {
    expect(await troubleOf(answers)).toBe(trouble);
  });

  it('tell it without secrets of the URL, on one short line', async () => {
    const discovery = { url: 'https://user:pass@idp.example/metadata?key=s3cret' };
    const trouble = await troubleOf([said({ issuer: `a\n\u001b${'é'.repeat(500)}` })], {
      discovery,
    });

    expect(trouble).toBe(
      `https://idp.example/metadata says its issuer is "a??${'?'.repeat(197)}...", not "${issuer}"`,
    );
  });

  it('tell nothing any more once they are had', async () => {
    const send = jest
      .fn<HttpClient['send']>()
      .mockRejectedValueOnce(new HttpFault('timeout'))
      .mockResolvedValueOnce(new Response(JSON.stringify({ issuer })));
    const deps = { http: { ...http, send }, clock: systemClock };
    const metadata = new ProviderMetadata(optionsOf(issuer, { rediscoveryMs: 0 }), deps, null);

    await metadata.refresh();
    expect(metadata.trouble).toContain('timeout');
    await metadata.refresh();
    expect(metadata.trouble).toBeNull();
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
