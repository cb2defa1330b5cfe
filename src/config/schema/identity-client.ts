import { z } from 'zod';
import type { Secret } from '../../lib/secret.ts';
import { filePath, nonEmpty, privateKey, secret } from './scalars.ts';

/** Asymmetric signatures only: with the others who can check a token can make one. */
export const asymmetricAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
] as const;

const authMethods = [
  ...(['client_secret_basic', 'client_secret_post', 'client_secret_jwt'] as const),
  ...(['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth', 'none'] as const),
] as const;

type AuthMethod = (typeof authMethods)[number];

/** What a method proves itself with: one key of each list. */
const proofs: Readonly<Record<AuthMethod, readonly (readonly ProofKey[])[]>> = {
  client_secret_basic: [['secret', 'secret_file']],
  client_secret_post: [['secret', 'secret_file']],
  client_secret_jwt: [['secret', 'secret_file']],
  private_key_jwt: [['private_key', 'private_key_file']],
  tls_client_auth: [['cert_file'], ['key_file']],
  self_signed_tls_client_auth: [['cert_file'], ['key_file']],
  none: [],
};

const proofKeys = [
  ...(['secret', 'secret_file', 'private_key', 'private_key_file'] as const),
  ...(['cert_file', 'key_file'] as const),
] as const;

type ProofKey = (typeof proofKeys)[number];

const client = z.strictObject({
  id: nonEmpty.describe('Client id of Postern at the provider.'),
  auth_method: z
    .enum(authMethods)
    .prefault('client_secret_basic')
    .describe('How Postern proves itself.'),
  secret: secret().optional().describe('Its secret, for the `client_secret_…` methods.'),
  secret_file: filePath.optional().describe('File that holds the secret.'),
  private_key: privateKey()
    .optional()
    .describe('Its private key, for `private_key_jwt`: PKCS#8 as PEM, or a JWK as JSON.'),
  private_key_file: filePath.optional().describe('File that holds the private key.'),
  key_id: nonEmpty
    .nullable()
    .prefault(null)
    .describe('`kid` of the assertions of `private_key_jwt`; null = that of the JWK, or none.'),
  algorithm: z
    .enum(asymmetricAlgorithms, { error: `expected one of: ${asymmetricAlgorithms.join(', ')}` })
    .nullable()
    .prefault(null)
    .describe('Signature of the assertions of `private_key_jwt`; null = by the key.'),
  cert_file: filePath
    .optional()
    .describe('Client certificate with its chain, PEM, for the `…tls_client_auth` methods.'),
  key_file: filePath.optional().describe('Its private key, PEM.'),
});

/** Postern's own client; each method has just what it needs. */
export const clientSchema = client.superRefine((value, context) => {
  const wanted = proofs[value.auth_method];
  for (const keys of wanted) {
    if (keys.filter((key) => value[key] !== undefined).length === 1) continue;
    const message =
      keys.length === 1
        ? `${value.auth_method} needs ${keys.join()}`
        : `expected exactly one of: ${keys.join(', ')}`;
    context.addIssue({ code: 'custom', message });
  }
  if (value.auth_method === 'client_secret_jwt' && isShort(value.secret)) {
    context.addIssue({ code: 'custom', path: ['secret'], message: expectedJwtSecret });
  }
  for (const key of listUseless(value, wanted.flat())) {
    const message = `no use with auth_method: ${value.auth_method}`;
    context.addIssue({ code: 'custom', path: [key], message });
  }
});

/** HS256 wants 256 bits (RFC 7518 section 3.2); with less, one assertion is enough to guess it. */
export const jwtSecretBytes = 32;
export const expectedJwtSecret = `client_secret_jwt needs a secret of at least ${String(jwtSecretBytes)} bytes`;

function isShort(secret: Secret | undefined): boolean {
  return secret !== undefined && Buffer.byteLength(secret.reveal()) < jwtSecretBytes;
}

function listUseless(
  value: z.output<typeof client>,
  wanted: readonly ProofKey[],
): readonly string[] {
  const useless: string[] = proofKeys.filter(
    (key) => value[key] !== undefined && !wanted.includes(key),
  );
  if (value.auth_method === 'private_key_jwt') return useless;
  if (value.key_id !== null) useless.push('key_id');
  if (value.algorithm !== null) useless.push('algorithm');
  return useless;
}
