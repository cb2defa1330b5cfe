import { Secret } from '../lib/secret.ts';
import type { IdentityClientConfig } from './identity-provider-config.ts';
import { readSecret } from './read-secret.ts';
import type { ReferencedFiles } from './referenced-files.ts';
import type { IdentityProviderSettings } from './schema/settings.ts';

type ClientSettings = NonNullable<IdentityProviderSettings['client']>;

/** Postern's own client at a provider, with what its method needs; the schema has seen to it. */
export function buildIdentityClient(
  client: ClientSettings,
  files: ReferencedFiles,
): IdentityClientConfig {
  const { id, auth_method: authMethod } = client;
  switch (authMethod) {
    case 'client_secret_basic':
    case 'client_secret_post':
    case 'client_secret_jwt':
      return { authMethod, id, secret: read(client.secret, client.secret_file, files) };
    case 'private_key_jwt': {
      const pem = read(client.private_key, client.private_key_file, files);
      return {
        authMethod,
        id,
        privateKey: { pem, keyId: client.key_id, algorithm: client.algorithm },
      };
    }
    case 'tls_client_auth':
    case 'self_signed_tls_client_auth': {
      const cert = read(undefined, client.cert_file, files).reveal();
      return {
        authMethod,
        id,
        certificate: { cert, key: read(undefined, client.key_file, files) },
      };
    }
    case 'none':
      return { authMethod, id };
  }
}

function read(
  secret: Secret | undefined,
  file: string | undefined,
  files: ReferencedFiles,
): Secret {
  return readSecret(secret, file, files) ?? new Secret('');
}
