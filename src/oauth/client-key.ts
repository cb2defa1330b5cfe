import type { JsonWebKey, KeyObject } from 'node:crypto';
import { importJWK, type CryptoKey } from 'jose';
import { importPrivateKey } from './import-private-key.ts';
import { readOwn } from './parse-json-object.ts';
import type { ClientKey } from './provider-options.ts';
import { fittingAlgorithms } from './public-key.ts';

/** A key that signs assertions, and what their header says of it. */
export interface AssertionKey {
  readonly algorithm: string;
  readonly keyId: string | null;
  readonly key: Promise<CryptoKey>;
}

/**
 * The private key of a client. Throws where it cannot be read, or does not fit the algorithm: the
 * configuration has to see to that. No error tells anything of the key.
 */
export function readClientKey(written: ClientKey): AssertionKey {
  const imported = importPrivateKey(written.pem.reveal());
  if (imported === null) throw new Error('the private key cannot be read');
  const { members } = imported;
  const jwk = exportKey(imported.key);
  const wanted = written.algorithm ?? textOf(members, 'alg');
  const fitting = fittingAlgorithms(jwk.kty, jwk.crv, wanted ?? undefined);
  const algorithm = fitting.length > 0 ? (wanted ?? fitting[0]) : undefined;
  if (algorithm === undefined) throw new Error('the private key does not fit its algorithm');
  const key = importForSigning(jwk, algorithm);
  return { algorithm, keyId: written.keyId ?? textOf(members, 'kid'), key };
}

function exportKey(key: KeyObject): JsonWebKey {
  try {
    return key.export({ format: 'jwk' });
  } catch {
    throw new Error('the private key is of a kind that signs no assertions');
  }
}

function importForSigning({ kty, ...members }: JsonWebKey, algorithm: string): Promise<CryptoKey> {
  const imported = importJWK({ kty: kty ?? '', ...members }, algorithm).then((key) => {
    if (key instanceof Uint8Array) throw new Error('the private key is a symmetric one');
    return key;
  });
  // Whoever signs hears of it.
  imported.catch(() => undefined);
  return imported;
}

function textOf(members: Readonly<Record<string, unknown>> | null, name: string): string | null {
  const value = members === null ? undefined : readOwn(members, name);
  return typeof value === 'string' ? value : null;
}
