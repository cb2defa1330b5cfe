import type { DocumentPath, Finding } from '../documents/problem.ts';
import { areCertificates, isKeyOf, isPemKey } from './pem.ts';
import { checkAdmin } from './check-admin.ts';
import { expectedPrivateKey, fitsAlgorithm, isPrivateKey } from './private-key.ts';
import { readSecret } from './read-secret.ts';
import type { ReferencedFiles } from './referenced-files.ts';
import { expectedJwtSecret, jwtSecretBytes } from './schema/identity-client.ts';
import { expectedKey, keyLength } from './schema/scalars.ts';
import { expectedWebhookSecret, isWebhookSecret } from './schema/webhooks.ts';
import type { IdentityProviderSettings, Settings } from './schema/settings.ts';

type Judge = (text: string) => string | null;

/** What is wrong with keys and certificates that stand in files of their own. */
export function checkFileContents(settings: Settings, files: ReferencedFiles): Finding[] {
  const check = (path: DocumentPath, file: string | null | undefined, judge: Judge): Finding[] => {
    const message = typeof file === 'string' ? judge(files.text(file)) : null;
    return message === null ? [] : [{ path, message }];
  };
  const { session, upstream_jwt: jwt } = settings;
  return [
    ...settings.identity_providers.flatMap((provider, index) =>
      checkProvider(provider, ['identity_providers', index], check, files),
    ),
    ...(session?.keys_files ?? []).flatMap((file, index) =>
      check(['session', 'keys_files', index], file, judgeKey),
    ),
    ...(jwt?.key_files ?? []).flatMap((file, index) =>
      check(['upstream_jwt', 'key_files', index], file, judgePrivateKey),
    ),
    ...settings.webhooks.flatMap(({ ca_file: ca, secret_files: secrets }, index) => [
      ...check(['webhooks', index, 'ca_file'], ca, judgeCertificate),
      ...secrets.flatMap((file, place) =>
        check(['webhooks', index, 'secret_files', place], file, judgeWebhookSecret),
      ),
    ]),
    ...check(['shared_key_file'], settings.shared_key_file, judgeKey),
    ...checkAdmin(settings, files),
  ];
}

type Check = (path: DocumentPath, file: string | null | undefined, judge: Judge) => Finding[];

function checkProvider(
  { client, ca_file: ca }: IdentityProviderSettings,
  path: DocumentPath,
  check: Check,
  files: ReferencedFiles,
): Finding[] {
  const findings = [
    ...check([...path, 'client', 'secret_file'], jwtSecretFile(client), judgeJwtSecret),
    ...check([...path, 'client', 'private_key_file'], client?.private_key_file, judgePrivateKey),
    ...check([...path, 'client', 'cert_file'], client?.cert_file, judgeCertificate),
    ...check([...path, 'client', 'key_file'], client?.key_file, judgePemKey),
    ...check([...path, 'ca_file'], ca, judgeCertificate),
  ];
  return findings.length > 0 || client === undefined
    ? findings
    : checkPairs(client, [...path, 'client'], files);
}

/** Whether the keys of a client, each of them readable, go with what they are to be used with. */
function checkPairs(
  client: NonNullable<IdentityProviderSettings['client']>,
  path: DocumentPath,
  files: ReferencedFiles,
): Finding[] {
  const { algorithm, cert_file: certificate, key_file: key } = client;
  const signing = readSecret(client.private_key, client.private_key_file, files)?.reveal();
  if (algorithm !== null && signing !== undefined && !fitsAlgorithm(signing, algorithm)) {
    return [{ path: [...path, 'algorithm'], message: 'the private key cannot sign by it' }];
  }
  if (certificate === undefined || key === undefined) return [];
  return isKeyOf(files.text(certificate), files.text(key))
    ? []
    : [{ path: [...path, 'key_file'], message: 'not the key of the certificate' }];
}

function jwtSecretFile(client: IdentityProviderSettings['client']): string | undefined {
  return client?.auth_method === 'client_secret_jwt' ? client.secret_file : undefined;
}

function judgeJwtSecret(text: string): string | null {
  return Buffer.byteLength(text) < jwtSecretBytes ? expectedJwtSecret : null;
}

function judgeKey(text: string): string | null {
  return text.length < keyLength ? expectedKey : null;
}

function judgePrivateKey(text: string): string | null {
  return isPrivateKey(text) ? null : expectedPrivateKey;
}

function judgeWebhookSecret(text: string): string | null {
  return isWebhookSecret(text) ? null : expectedWebhookSecret;
}

function judgeCertificate(text: string): string | null {
  return areCertificates(text) ? null : 'expected certificates as PEM';
}

function judgePemKey(text: string): string | null {
  return isPemKey(text) ? null : 'expected a private key as PEM, without a passphrase';
}
