import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { compactVerify, decodeJwt, decodeProtectedHeader } from 'jose';
import { Secret } from '../../../src/lib/secret.ts';
import { authenticateClient } from '../../../src/oauth/authenticate-client.ts';
import type { ClientKey, ProviderClient } from '../../../src/oauth/provider-options.ts';

const server = { issuer: 'https://idp.example' };
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const ed25519 = generateKeyPairSync('ed25519');
const x25519 = generateKeyPairSync('x25519');

const toPem = (key: KeyObject) => String(key.export({ type: 'pkcs8', format: 'pem' }));
const toJwk = (key: KeyObject, more: object = {}) =>
  JSON.stringify({ ...key.export({ format: 'jwk' }), ...more });

function keyClient(text: string, more: Partial<ClientKey> = {}): ProviderClient {
  const privateKey = { pem: new Secret(text), keyId: null, algorithm: null, ...more };
  return { authMethod: 'private_key_jwt', id: 'postern', privateKey };
}

/** What the method puts into a request. */
async function applied(client: ProviderClient) {
  const [body, headers] = [new URLSearchParams(), new Headers()];
  await authenticateClient(client)(server, { client_id: client.id }, body, headers);
  return { body: Object.fromEntries(body), headers: Object.fromEntries(headers) };
}

describe('authenticateClient', () => {
  it('form-encodes id and secret of client_secret_basic', async () => {
    const secret = new Secret('b:%ü +');
    const { headers } = await applied({ authMethod: 'client_secret_basic', id: 'a:1', secret });

    const expected = Buffer.from('a%3A1:b%3A%25%C3%BC+%2B').toString('base64');
    expect(headers).toEqual({ authorization: `Basic ${expected}` });
  });

  it('writes id and secret of client_secret_post into the form alone', async () => {
    const secret = new Secret('b');
    const sent = await applied({ authMethod: 'client_secret_post', id: 'a', secret });

    expect(sent).toEqual({ body: { client_id: 'a', client_secret: 'b' }, headers: {} });
  });

  it.each(['none', 'tls_client_auth', 'self_signed_tls_client_auth'] as const)(
    'only names the client with %s',
    async (authMethod) => {
      const certificate = { cert: 'PEM', key: new Secret('PEM') };
      const sent = await applied({ authMethod, id: 'a', certificate });

      expect(sent).toEqual({ body: { client_id: 'a' }, headers: {} });
    },
  );

  it('signs with the secret for client_secret_jwt', async () => {
    const secret = new Secret('x'.repeat(32));
    const { body } = await applied({ authMethod: 'client_secret_jwt', id: 'a', secret });

    const assertion = body['client_assertion']!;
    await compactVerify(assertion, new TextEncoder().encode(secret.reveal()));
    expect(decodeJwt(assertion)).toMatchObject({ iss: 'a', sub: 'a', aud: server.issuer });
    expect(body).not.toHaveProperty('client_secret');
  });

  it.each<[string, { readonly publicKey: KeyObject }, ProviderClient, object]>([
    ['an RSA PEM', rsa, keyClient(toPem(rsa.privateKey)), { alg: 'RS256' }],
    [
      'an RSA PEM of another algorithm',
      rsa,
      keyClient(toPem(rsa.privateKey), { algorithm: 'PS384', keyId: 'k' }),
      { alg: 'PS384', kid: 'k' },
    ],
    ['a P-256 PEM', p256, keyClient(toPem(p256.privateKey)), { alg: 'ES256' }],
    ['a P-384 PEM', p384, keyClient(toPem(p384.privateKey)), { alg: 'ES384' }],
    ['an Ed25519 PEM', ed25519, keyClient(toPem(ed25519.privateKey)), { alg: 'EdDSA' }],
    [
      'an Ed25519 PEM by its exact name',
      ed25519,
      keyClient(toPem(ed25519.privateKey), { algorithm: 'Ed25519' }),
      { alg: 'Ed25519' },
    ],
    [
      'a JWK that tells its algorithm and id',
      rsa,
      keyClient(toJwk(rsa.privateKey, { alg: 'PS256', kid: 'j' })),
      { alg: 'PS256', kid: 'j' },
    ],
    [
      'a JWK that is told another id',
      p256,
      keyClient(toJwk(p256.privateKey, { kid: 'j' }), { keyId: 'k' }),
      { alg: 'ES256', kid: 'k' },
    ],
  ])('signs with %s for private_key_jwt', async (_what, { publicKey }, client, header) => {
    const { body } = await applied(client);

    const assertion = body['client_assertion']!;
    await compactVerify(assertion, publicKey);
    expect(decodeProtectedHeader(assertion)).toEqual(header);
    expect(decodeJwt(assertion)).toMatchObject({
      iss: 'postern',
      sub: 'postern',
      aud: server.issuer,
    });
  });

  it('never sends one assertion twice', async () => {
    const client = keyClient(toPem(p256.privateKey));
    const [one, other] = [await applied(client), await applied(client)];
    const ids = [one, other].map(({ body }) => decodeJwt(body['client_assertion']!).jti);

    expect(ids[0]).toEqual(expect.any(String));
    expect(ids[0]).not.toBe(ids[1]);
  });

  it.each<[string, ProviderClient]>([
    ['a text that is no key', keyClient('sensitive')],
    ['JSON that is no key', keyClient('{"kty":"RSA","n":"sensitive"}')],
    ['broken JSON', keyClient('{"kty":"RSA","n":"sensitive')],
    ['a public key', keyClient(String(rsa.publicKey.export({ type: 'spki', format: 'pem' })))],
    ['a key for another use', keyClient(toPem(x25519.privateKey))],
    ['an algorithm of other keys', keyClient(toPem(rsa.privateKey), { algorithm: 'ES256' })],
    ['a curve of another algorithm', keyClient(toPem(p384.privateKey), { algorithm: 'ES256' })],
    ['a symmetric algorithm', keyClient(toPem(rsa.privateKey), { algorithm: 'HS256' })],
  ])('refuses %s without quoting it', (_what, client) => {
    const attempt = () => authenticateClient(client);

    expect(attempt).toThrow(/^the private key /);
    expect(attempt).not.toThrow('sensitive');
  });
});
