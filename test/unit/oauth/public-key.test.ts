import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { readPublicKey } from '../../../src/oauth/public-key.ts';

const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed25519 = generateKeyPairSync('ed25519');

const algorithmsOf = (jwk: unknown) => [...(readPublicKey(jwk)?.algorithms ?? [])];

describe('readPublicKey', () => {
  it.each([
    ['an RSA key', jwkOf(rsa.publicKey), ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
    ['an RSA key for one', { ...jwkOf(rsa.publicKey), alg: 'PS256' }, ['PS256']],
    ['a P-256 key', jwkOf(p256.publicKey), ['ES256']],
    ['an Ed25519 key', jwkOf(ed25519.publicKey), ['EdDSA', 'Ed25519']],
    [
      'an Ed25519 key by its old name',
      { ...jwkOf(ed25519.publicKey), alg: 'EdDSA' },
      ['EdDSA', 'Ed25519'],
    ],
    ['a P-256 key that claims RS256', { ...jwkOf(p256.publicKey), alg: 'RS256' }, []],
    ['an RSA key for encryption', { ...jwkOf(rsa.publicKey), alg: 'RSA-OAEP' }, []],
    ['a key whose alg is no text', { ...jwkOf(rsa.publicKey), alg: null }, []],
    ['a curve of an inherited name', { kty: 'EC', crv: 'constructor', x: 'AA', y: 'AA' }, []],
    ['a symmetric key', { kty: 'oct', k: 'c2VjcmV0', alg: 'HS256' }, []],
    ['an X25519 key', jwkOf(generateKeyPairSync('x25519').publicKey), []],
  ])('lets %s verify what it can', (_name, jwk, expected) => {
    expect(algorithmsOf(jwk)).toEqual(expected);
  });

  it('refuses an RSA key of 1024 bits', () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });

    expect(readPublicKey(jwkOf(weak.publicKey))).toBeNull();
  });

  it('takes only the public half of a private key', () => {
    const key = readPublicKey(jwkOf(p256.privateKey));

    expect(key?.key.type).toBe('public');
    expect(key?.id).toBe(readPublicKey(jwkOf(p256.publicKey))?.id);
  });

  it('gives another entry of the set another id', () => {
    const jwk = jwkOf(p256.publicKey);
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const ids = [jwk, { ...jwk, kid: 'a' }, { ...jwkOf(other.publicKey), kid: 'a' }].map(
      (each) => readPublicKey(each)?.id,
    );

    expect(new Set(ids).size).toBe(3);
  });

  it('never throws', () => {
    const jwk = fc.record(
      {
        kty: fc.constantFrom('RSA', 'EC', 'OKP', 'oct', '__proto__'),
        crv: fc.oneof(fc.constantFrom('P-256', 'Ed25519', 'constructor'), fc.jsonValue()),
        n: fc.oneof(fc.base64String(), fc.jsonValue()),
        e: fc.oneof(fc.base64String(), fc.jsonValue()),
        x: fc.oneof(fc.base64String(), fc.jsonValue()),
        y: fc.oneof(fc.base64String(), fc.jsonValue()),
        use: fc.jsonValue(),
        key_ops: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(jwk, fc.jsonValue()), (value) => {
        const key = readPublicKey(value);
        expect(key === null || key.key.type === 'public').toBe(true);
      }),
    );
  });
});
