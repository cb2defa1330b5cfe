import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { fitsAlgorithm, isPrivateKey } from '../../../src/config/private-key.ts';
import { writePrivateKey } from './keys.ts';

const pairs = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  p521: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  ed25519: generateKeyPairSync('ed25519'),
};
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const curve = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey;
const exchange = generateKeyPairSync('x25519').privateKey;

describe('isPrivateKey', () => {
  it.each(Object.entries(pairs))('knows %s as PEM and as JWK', (_, { privateKey }) => {
    expect(isPrivateKey(writePrivateKey('pem', privateKey))).toBe(true);
    expect(isPrivateKey(` ${writePrivateKey('jwk', privateKey)}\n`)).toBe(true);
  });

  it.each([
    ['RS512', true],
    ['RSA-OAEP', false],
    ['ES256', false],
    ['none', false],
  ])('holds a JWK to its own alg: %s, %s', (alg, fits) => {
    const jwk = { ...pairs.rsa.privateKey.export({ format: 'jwk' }), alg };

    expect(isPrivateKey(JSON.stringify(jwk))).toBe(fits);
  });

  it.each([
    ['a public key', pairs.rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    ['a public JWK', JSON.stringify(pairs.ed25519.publicKey.export({ format: 'jwk' }))],
    ['a secret JWK', '{"kty":"oct","k":"AAAA"}'],
    ['RSA of 1024 bits', writePrivateKey('pem', weak)],
    ['another curve', writePrivateKey('pem', curve)],
    ['a key that cannot sign', writePrivateKey('pem', exchange)],
    ['PKCS#1', pairs.rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
    [
      'a key behind a passphrase',
      pairs.rsa.privateKey
        .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p' })
        .toString(),
    ],
    ['a list', '[]'],
    ['half of JSON', '{"kty":'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(isPrivateKey(text)).toBe(false);
  });
});

describe('fitsAlgorithm', () => {
  it.each([
    ['rsa', 'RS256', true],
    ['rsa', 'PS512', true],
    ['rsa', 'ES256', false],
    ['p521', 'ES512', true],
    ['p521', 'ES256', false],
    ['ed25519', 'EdDSA', true],
    ['ed25519', 'Ed25519', true],
    ['ed25519', 'ES256', false],
  ] as const)('%s, %s: %s', (name, algorithm, fits) => {
    const text = writePrivateKey('pem', pairs[name].privateKey);

    expect(fitsAlgorithm(text, algorithm)).toBe(fits);
  });
});
