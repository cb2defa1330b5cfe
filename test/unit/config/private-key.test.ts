import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { isPrivateKey } from '../../../src/config/private-key.ts';
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
