import {
  ClientSecretBasic,
  ClientSecretJwt,
  ClientSecretPost,
  modifyAssertion,
  None,
  PrivateKeyJwt,
  TlsClientAuth,
  type ClientAuth,
} from 'oauth4webapi';
import { readClientKey } from './client-key.ts';
import type { ClientKey, ProviderClient } from './provider-options.ts';

/**
 * How Postern's own client proves itself in a request to the provider; made once, since keys are
 * imported here. `client_secret_basic` form-encodes id and secret before base64 (RFC 6749 section
 * 2.3.1); with a certificate the connection is the proof, and the request names the client alone
 * (RFC 8705 section 2). Throws where a private key cannot be read.
 */
export function authenticateClient(client: ProviderClient): ClientAuth {
  switch (client.authMethod) {
    case 'client_secret_basic':
      return ClientSecretBasic(client.secret.reveal());
    case 'client_secret_post':
      return ClientSecretPost(client.secret.reveal());
    case 'client_secret_jwt':
      return ClientSecretJwt(client.secret.reveal());
    case 'private_key_jwt':
      return signAssertions(client.privateKey);
    case 'tls_client_auth':
    case 'self_signed_tls_client_auth':
      return TlsClientAuth();
    case 'none':
      return None();
  }
}

function signAssertions(written: ClientKey): ClientAuth {
  const { algorithm, keyId, key } = readClientKey(written);
  const signed = key.then((imported) =>
    PrivateKeyJwt(keyId === null ? imported : { key: imported, kid: keyId }, {
      // Ed25519 has two names (RFC 9864), of which providers may know just the one configured.
      [modifyAssertion]: (header) => {
        header['alg'] = algorithm;
      },
    }),
  );
  signed.catch(() => undefined);
  return async (...request) => (await signed)(...request);
}
