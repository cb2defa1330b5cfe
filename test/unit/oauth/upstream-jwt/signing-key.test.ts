import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { calculateJwkThumbprint } from 'jose';
import { Secret } from '../../../../src/lib/secret.ts';
import {
  createRandomSigningKey,
  readSigningKey,
} from '../../../../src/oauth/upstream-jwt/signing-key.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
const ed25519 = generateKeyPairSync('ed25519').privateKey;

const pemOf = (key: KeyObject) => key.export({ format: 'pem', type: 'pkcs8' }).toString();
const jwkOf = (key: KeyObject, more: object = {}) =>
  JSON.stringify({ ...key.export({ format: 'jwk' }), ...more });

describe('readSigningKey', () => {
  it.each([
    ['a P-256 PEM', pemOf(p256), 'ES256'],
    ['a P-384 PEM', pemOf(p384), 'ES384'],
    ['an Ed25519 PEM', pemOf(ed25519), 'EdDSA'],
    ['an RSA PEM', pemOf(rsa), 'RS256'],
    ['a P-256 JWK', jwkOf(p256), 'ES256'],
    ['a JWK with blanks around it', ` ${jwkOf(ed25519)}\n`, 'EdDSA'],
    ['an RSA JWK for PS256', jwkOf(rsa, { alg: 'PS256', kid: 'mine' }), 'PS256'],
  ])('reads %s', async (_name, text, algorithm) => {
    const read = await readSigningKey(new Secret(text));

    expect(read).toMatchObject({ ok: true, value: { algorithm } });
    if (!read.ok) return;
    const { keyId, publicJwk } = read.value;
    expect(publicJwk).toMatchObject({ kid: keyId, alg: algorithm, use: 'sig' });
    expect(keyId).toBe(await calculateJwkThumbprint(read.value.privateKey));
  });

  it.each([
    ['an RSA key', rsa],
    ['an EC key', p256],
    ['an Ed25519 key', ed25519],
  ])('publishes nothing private of %s', async (_name, key) => {
    const read = await readSigningKey(new Secret(jwkOf(key)));

    const names = read.ok ? Object.keys(read.value.publicJwk) : [];
    expect(names).toContain('kty');
    expect(names.filter((name) => ['d', 'p', 'q', 'dp', 'dq', 'qi'].includes(name))).toEqual([]);
  });

  const publicPem = generateKeyPairSync('ed25519').publicKey.export({
    format: 'pem',
    type: 'spki',
  });
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey;
  const locked = p256.export({
    format: 'pem',
    type: 'pkcs8',
    cipher: 'aes-256-cbc',
    passphrase: 'p',
  });

  it.each([
    ['nothing', '', 'expected a private key'],
    ['a word', 'hunter2', 'expected a private key'],
    ['a public key', publicPem.toString(), 'expected a private key'],
    ['a public JWK', jwkOf(p256, { d: undefined }), 'expected a private key'],
    ['a key that needs a passphrase', locked.toString(), 'expected a private key'],
    ['a shared secret', '{"kty":"oct","k":"aHVudGVyMg"}', 'expected a private key'],
    ['an RSA key of 1024 bits', pemOf(weak), 'expected an RSA key of 2048 bits or more'],
    ['an RSA-PSS key', pemOf(pss), 'expected an RSA key of 2048 bits or more'],
    ['a key for agreement', pemOf(generateKeyPairSync('x25519').privateKey), 'expected an RSA key'],
    ['a JWK with the alg of another', jwkOf(p256, { alg: 'RS256' }), 'that fits its alg'],
    ['a JWK for encryption', jwkOf(rsa, { alg: 'RSA-OAEP' }), 'that fits its alg'],
  ])('refuses %s, and does not quote it', async (_name, text, problem) => {
    const read = await readSigningKey(new Secret(text));

    expect(read).toEqual({ ok: false, stop: expect.stringContaining(problem) });
    expect(JSON.stringify(read)).not.toContain('hunter2');
  });
});

describe('createRandomSigningKey', () => {
  it('makes an ES256 key, another each time', async () => {
    const [one, other] = [await createRandomSigningKey(), await createRandomSigningKey()];

    expect(one.algorithm).toBe('ES256');
    expect(one.keyId).not.toBe(other.keyId);
  });
});
