import { randomBytes } from 'node:crypto';
import { Secret } from '../lib/secret.ts';
import { createRandomSigningKey, type SigningKey } from '../oauth/upstream-jwt/signing-key.ts';

/** Random keys for where none is configured; they outlive reloads, and other replicas have others. */
export interface ProcessKeys {
  readonly cache: Secret;
  readonly session: Secret;
  readonly nonce: Secret;
  /** Made when it is first needed. */
  signing(): Promise<SigningKey>;
}

export function createProcessKeys(): ProcessKeys {
  let signing: Promise<SigningKey> | null = null;
  return {
    cache: randomSecret(),
    session: randomSecret(),
    nonce: randomSecret(),
    signing: () => (signing ??= createRandomSigningKey()),
  };
}

function randomSecret(): Secret {
  return new Secret(randomBytes(32).toString('base64url'));
}
