import { describe, expect, it } from '@jest/globals';
import { proofAlgorithms } from '../../../src/authz/challenge.ts';
import { compilePolicies } from '../../../src/config/compile-policies.ts';
import { loadGood, write } from './load.ts';

const shown = 'registration: { show_issuer: true }';

function describeOrders(service: string) {
  const text = write({ service });
  return compilePolicies(loadGood(text).config).services.get('orders')!;
}

describe('describeResource', () => {
  it.each([
    ['no address', shown],
    ['no registration', 'public_url: "https://a"'],
    ['an issuer that is not shown', 'public_url: "https://a", registration: {}'],
  ])('has nothing to tell with %s', (_, service) => {
    expect(describeOrders(service).service.resourceMetadata).toBeNull();
  });

  it.each([
    ['https://api.example', 'https://api.example', ''],
    ['https://api.example/', 'https://api.example', ''],
    ['https://api.example/v1/orders/', 'https://api.example', '/v1/orders'],
    ['http://127.0.0.1:8080/v1', 'http://127.0.0.1:8080', '/v1'],
  ])('puts the metadata of %s between host and path', (url, origin, path) => {
    const { resourceMetadata } = describeOrders(`${shown}, public_url: "${url}"`).service;
    expect(resourceMetadata).toMatchObject({
      path: `/.well-known/oauth-protected-resource${path}`,
      url: `${origin}/.well-known/oauth-protected-resource${path}`,
    });
    expect(JSON.parse(resourceMetadata!.body)).toEqual({
      resource: `${origin}${path}`,
      authorization_servers: ['https://idp.example'],
      bearer_methods_supported: ['header'],
    });
  });

  it('tells scopes, places, proofs and the name', () => {
    const { service, routes } = describeOrders(
      'registration: { show_issuer: true, display_name: Orders API }, public_url: "https://a", scopes_required: ["r w", r], bearer_token_param_type: [header, query, cookie, body], bearer_token_cookie_name: t, hide_credentials: false, proof_of_possession_dpop: required, proof_of_possession_mtls: optional, routes: [{ name: x, scopes_required: [x] }]',
    );
    expect(JSON.parse(service.resourceMetadata!.body)).toEqual({
      resource: 'https://a',
      authorization_servers: ['https://idp.example'],
      scopes_supported: ['r', 'w', 'x'],
      bearer_methods_supported: ['header', 'query', 'body'],
      resource_name: 'Orders API',
      dpop_signing_alg_values_supported: proofAlgorithms,
      dpop_bound_access_tokens_required: true,
      tls_client_certificate_bound_access_tokens: true,
    });
    expect(routes.get('x')!.resourceMetadata).toBe(service.resourceMetadata);
  });

  it.each([
    ['auth_methods: [client_credentials]', []],
    ['bearer_token_header_names: [x-token]', []],
    ['bearer_token_param_type: [query]', ['query']],
  ])('names the places that RFC 6750 knows of %s', (keys, places) => {
    const { resourceMetadata } = describeOrders(
      `${shown}, public_url: "https://a", ${keys}`,
    ).service;
    expect(JSON.parse(resourceMetadata!.body)).toMatchObject({ bearer_methods_supported: places });
  });

  it('asks for no bound token where a proof is optional', () => {
    const { resourceMetadata } = describeOrders(
      `${shown}, public_url: "https://a", proof_of_possession_dpop: optional`,
    ).service;
    const body: unknown = JSON.parse(resourceMetadata!.body);
    expect(body).toMatchObject({ dpop_signing_alg_values_supported: proofAlgorithms });
    expect(body).not.toHaveProperty('dpop_bound_access_tokens_required');
  });
});
