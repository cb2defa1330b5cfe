import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ClientMetadata } from 'oidc-provider';
import type { CertificateFiles } from './certificates.ts';
import type { OidcClient, OidcGrant } from './oidc-options.ts';

/** A client as the provider has it registered (RFC 7591). */
export function describeClient(client: OidcClient): ClientMetadata {
  const { id, secret, redirectUri, authMethod = 'client_secret_basic' } = client;
  const grants = grantsOf(client);
  return {
    client_id: id,
    ...(secret === undefined ? {} : { client_secret: secret }),
    grant_types: [...grants],
    response_types: [
      ...(grants.includes('authorization_code') ? ['code' as const] : []),
      ...(grants.includes('implicit') ? ['id_token token' as const] : []),
    ],
    redirect_uris: redirectUri === undefined ? [] : [redirectUri],
    token_endpoint_auth_method: authMethod,
    ...describeKeys(client),
    ...(client.boundTo === 'dpop' ? { dpop_bound_access_tokens: true } : {}),
    ...(client.boundTo === 'certificate'
      ? { tls_client_certificate_bound_access_tokens: true }
      : {}),
    ...(client.signedIntrospection === true
      ? { introspection_signed_response_alg: 'RS256' as const }
      : {}),
  };
}

function grantsOf({ grants, redirectUri, authMethod }: OidcClient): readonly OidcGrant[] {
  if (grants !== undefined) return grants;
  return [
    ...(authMethod === 'none' ? [] : ['client_credentials' as const]),
    ...(redirectUri === undefined ? [] : ['authorization_code' as const]),
  ];
}

function describeKeys({ id, authMethod, key, certificate }: OidcClient): Partial<ClientMetadata> {
  switch (authMethod) {
    case 'private_key_jwt':
      return { jwks: { keys: [demand(id, key).publicJwk] } };
    case 'tls_client_auth':
      return { tls_client_auth_subject_dn: readCertificate(demand(id, certificate)).subject };
    case 'self_signed_tls_client_auth':
      return { jwks: { keys: [asJwk(readCertificate(demand(id, certificate)))] } };
    default:
      return {};
  }
}

function asJwk(certificate: X509Certificate) {
  const jwk = certificate.publicKey.export({ format: 'jwk' });
  return { ...jwk, kty: String(jwk.kty), x5c: [certificate.raw.toString('base64')] };
}

function readCertificate({ certFile }: CertificateFiles): X509Certificate {
  return new X509Certificate(readFileSync(certFile));
}

function demand<T>(id: string, value: T | undefined): T {
  if (value === undefined) throw new Error(`${id} needs a key or certificate for its method`);
  return value;
}
