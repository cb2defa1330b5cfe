import type { Json } from './json.ts';
import type { PluginOptions } from './plugin-options.ts';

/** The gateway's own client at the provider; null where there is none that Postern could use. */
export function translateClient(options: PluginOptions, usesTokenEndpoint: boolean): Json | null {
  const ids = options.texts('client_id');
  const secrets = options.texts('client_secret');
  const [id] = ids;
  const method = readMethod(options, usesTokenEndpoint);
  const algorithm = options.texts('client_alg')[0] ?? null;
  const certificate = options.text('tls_client_auth_cert_id');
  const keys = options.records('client_jwk');
  if (ids.length > 1) options.refuse('client_id', 'a provider has one client: the first is taken');
  if (id === undefined) return null;
  return writeClient(
    { id, method, secret: secrets[0] ?? null, algorithm, certificate, keys },
    options,
  );
}

interface ClientFacts {
  readonly id: string;
  readonly method: string;
  readonly secret: string | null;
  readonly algorithm: string | null;
  readonly certificate: string | null;
  readonly keys: readonly Json[];
}

function writeClient(
  { id, method, secret, algorithm, certificate, keys }: ClientFacts,
  options: PluginOptions,
): Json | null {
  if (certificate !== null || method.endsWith('tls_client_auth')) {
    options.refuse('tls_client_auth_cert_id', 'write client.cert_file and client.key_file');
    return null;
  }
  if (method === 'none') return { id, auth_method: method };
  if (method === 'private_key_jwt') return writeKeyClient(id, keys, algorithm, options);
  if (secret === null) {
    options.ignore('client_id', 'a client without a secret cannot ask the provider');
    return null;
  }
  if (method === 'client_secret_jwt' && algorithm !== null && algorithm !== 'HS256') {
    options.refuse('client_alg', 'assertions with a secret are signed by HS256');
  }
  return { id, auth_method: method, secret };
}

function readMethod(options: PluginOptions, usesTokenEndpoint: boolean): string {
  const shared = options.texts('client_auth')[0] ?? 'client_secret_basic';
  const introspection = options.text('introspection_endpoint_auth_method');
  const token = options.text('token_endpoint_auth_method');
  const method = introspection ?? shared;
  if (usesTokenEndpoint && token !== null && token !== method) {
    options.refuse('token_endpoint_auth_method', 'a client has one method for all endpoints');
  }
  return method;
}

function writeKeyClient(
  id: string,
  keys: readonly Json[],
  algorithm: string | null,
  options: PluginOptions,
): Json | null {
  const [key] = keys;
  if (key === undefined) {
    options.refuse('client_auth.private_key_jwt', 'write client.private_key; none is made here');
    return null;
  }
  return {
    id,
    auth_method: 'private_key_jwt',
    private_key: JSON.stringify(key),
    ...(algorithm === null ? {} : { algorithm }),
  };
}
