import { describe } from '@jest/globals';
import { expectedPrivateKey } from '../../../src/config/private-key.ts';
import { main, testRows, type Row } from './problem-rows.ts';

const client = `${main}.client`;

const clients: readonly Row[] = [
  [
    'provider',
    'client: ^{ id: a, auth_method: client_secret_jwt }',
    client,
    'expected exactly one of: secret, secret_file',
  ],
  [
    'provider',
    'client: { id: a, auth_method: client_secret_jwt, secret: ^short }',
    `${client}.secret`,
    'client_secret_jwt needs a secret of at least 32 bytes',
  ],
  [
    'provider',
    'client: { id: a, auth_method: client_secret_jwt, secret_file: ^word }',
    `${client}.secret_file`,
    'client_secret_jwt needs a secret of at least 32 bytes',
  ],
  [
    'provider',
    'introspection_token_param_name: ^client_id',
    `${main}.introspection_token_param_name`,
    'the call has this argument already',
  ],
  [
    'provider',
    'client: ^{ id: a, auth_method: private_key_jwt }',
    client,
    'expected exactly one of: private_key, private_key_file',
  ],
  [
    'provider',
    'client: { id: a, auth_method: private_key_jwt, private_key_file: key.pem, secret: ^s }',
    `${client}.secret`,
    'no use with auth_method: private_key_jwt',
  ],
  [
    'provider',
    'client: { id: a, auth_method: private_key_jwt, private_key: ^k }',
    `${client}.private_key`,
    expectedPrivateKey,
  ],
  [
    'provider',
    'client: { id: a, auth_method: private_key_jwt, private_key_file: ^word }',
    `${client}.private_key_file`,
    expectedPrivateKey,
  ],
  [
    'provider',
    'client: { id: a, auth_method: private_key_jwt, private_key_file: key.pem, algorithm: ^HS256 }',
    `${client}.algorithm`,
    'expected one of: RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519',
  ],
  [
    'provider',
    'client: { id: a, auth_method: private_key_jwt, private_key_file: key.pem, algorithm: ^RS256 }',
    `${client}.algorithm`,
    'the private key cannot sign by it',
  ],
  [
    'provider',
    'client: { id: a, auth_method: tls_client_auth, cert_file: cert.pem, key_file: ^key.pem }',
    `${client}.key_file`,
    'not the key of the certificate',
  ],
  [
    'provider',
    'client: ^{ id: a, auth_method: tls_client_auth, cert_file: cert.pem }',
    client,
    'tls_client_auth needs key_file',
  ],
  [
    'provider',
    'client: { id: a, auth_method: tls_client_auth, cert_file: ^word, key_file: key.pem }',
    `${client}.cert_file`,
    'expected certificates as PEM',
  ],
  [
    'provider',
    'client: { id: a, auth_method: self_signed_tls_client_auth, cert_file: cert.pem, key_file: ^word }',
    `${client}.key_file`,
    'expected a private key as PEM, without a passphrase',
  ],
  [
    'provider',
    'client: { id: a, auth_method: none, secret_file: ^word }',
    `${client}.secret_file`,
    'no use with auth_method: none',
  ],
  [
    'provider',
    'client: { id: a, secret: s, key_id: ^k }',
    `${client}.key_id`,
    'no use with auth_method: client_secret_basic',
  ],
  [
    'provider',
    'client: { id: a, secret: s, algorithm: ^RS256 }',
    `${client}.algorithm`,
    'no use with auth_method: client_secret_basic',
  ],
];

const proxy = 'expected an http:// or https:// URL of a proxy, without path';

const ways: readonly Row[] = [
  ['provider', 'ca_file: ^word', `${main}.ca_file`, 'expected certificates as PEM'],
  ['provider', 'ca_file: ^gone', `${main}.ca_file`, 'the file cannot be read (ENOENT)'],
  ['provider', 'http_proxy: ^proxy.example', `${main}.http_proxy`, proxy],
  ['provider', 'https_proxy: ^"socks5://proxy.example"', `${main}.https_proxy`, proxy],
  ['provider', 'https_proxy: ^"http://proxy.example/a"', `${main}.https_proxy`, proxy],
  ['provider', 'no_proxy: [a, ^a]', `${main}.no_proxy[1]`, 'stands in the list twice'],
  [
    'provider',
    'extra_jwks_uris: [^"http://idp.example/jwks"]',
    `${main}.extra_jwks_uris[0]`,
    'expected https://; http:// needs a loopback host or allow_insecure: true',
  ],
  [
    'provider',
    'endpoints: { authorization: ^"http://idp.example" }',
    `${main}.endpoints.authorization`,
    'expected https://; http:// needs a loopback host or allow_insecure: true',
  ],
  ['provider', 'max_token_age: ^0s', `${main}.max_token_age`, 'expected a duration longer than 0'],
];

const introspection: readonly Row[] = [
  [
    'provider',
    'introspection_accept: ^text/html',
    `${main}.introspection_accept`,
    'expected one of: application/json, application/jwt, application/token-introspection+jwt',
  ],
  [
    'provider',
    'introspection_accept: ^application/jwt, discovery: false, endpoints: { introspection: "https://a" }',
    `${main}.introspection_accept`,
    'without discovery, signed answers need the keys of endpoints.jwks',
  ],
  [
    'provider',
    'introspection_headers: { "a b": ^c }',
    `${main}.introspection_headers["a b"]`,
    'expected the name of a header',
  ],
  [
    'provider',
    'introspection_headers: { Content-Type: ^c }',
    `${main}.introspection_headers.Content-Type`,
    'the call has this header already',
  ],
  [
    'provider',
    'introspection_headers: { x-a: b, X-A: ^c }',
    `${main}.introspection_headers.X-A`,
    'stands here twice, in another case',
  ],
  [
    'provider',
    'introspection_args: { client_id: ^c }',
    `${main}.introspection_args.client_id`,
    'the call has this argument already',
  ],
  [
    'provider',
    'introspection_args: { "": ^c }',
    `${main}.introspection_args[""]`,
    'expected a name',
  ],
  [
    'provider',
    'introspection_args: { a: ^1 }',
    `${main}.introspection_args.a`,
    'expected a string, found a number',
  ],
];

describe.each([
  ['a client', clients],
  ['a way to the provider', ways],
  ['a call to introspect', introspection],
])('loadConfig refuses %s', (_, rows) => {
  testRows(rows);
});
