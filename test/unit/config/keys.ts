import { generateKeyPairSync, type KeyObject } from 'node:crypto';

/** A new private key for signatures, as the file or a file beside it would have it. */
export function writePrivateKey(format: 'pem' | 'jwk', key = generateKey()): string {
  return format === 'pem'
    ? key.export({ type: 'pkcs8', format: 'pem' }).toString()
    : JSON.stringify(key.export({ format: 'jwk' }));
}

function generateKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}
