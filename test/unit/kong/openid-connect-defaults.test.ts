import { describe, expect, it } from '@jest/globals';
import { refusals, translate, withOidc } from './translate.ts';

describe('defaults that changed between versions', () => {
  it.each<[string, readonly [number, number] | null, boolean]>([
    ['1.1', null, false],
    ['2.1', null, false],
    ['3.0', null, true],
    ['3.0', [3, 13], false],
    ['3.0', [3, 14], true],
    ['3.0', [4, 0], true],
  ])('in a file of %s by Kong %j hide_credentials is %s', (format, kongVersion, hides) => {
    const file = { ...withOidc({}), _format_version: format };

    const { postern } = translate(file, { kongVersion });

    expect(postern.services[0].hide_credentials).toBe(hides);
  });
});

describe('anonymous', () => {
  const id = '2f0b9c1e-0000-4000-8000-000000000001';
  const consumers = [{ id, username: 'guest' }];

  it.each([[id], ['guest']])('by %s becomes the username', (anonymous) => {
    const { postern } = translate(withOidc({ anonymous }, { consumers }));

    expect(postern.services[0].anonymous).toBe('guest');
  });
});

describe('defaults that are written', () => {
  it('takes a dump, which holds every default, as if it held none', () => {
    const places = ['header', 'query', 'body'];
    const defaults = {
      auth_methods: [
        ...['password', 'client_credentials', 'authorization_code', 'bearer', 'introspection'],
        ...['userinfo', 'kong_oauth2', 'refresh_token', 'session'],
      ],
      bearer_token_param_type: places,
      client_credentials_param_type: places,
      password_param_type: places,
      id_token_param_type: places,
      refresh_token_param_type: places,
      anonymous: null,
      audience_claim: ['aud'],
      authorization_cookie_name: 'authorization',
      by_username_ignore_case: false,
      cache_introspection: true,
      cache_tokens: true,
      cache_ttl: 3600,
      client_arg: 'client_id',
      cluster_cache_strategy: 'off',
      consumer_by: ['username', 'custom_id'],
      dpop_proof_lifetime: 300,
      dpop_use_nonce: false,
      enable_hs_signatures: false,
      http_version: 1.1,
      ignore_signature: [],
      introspection_check_active: true,
      introspection_hint: 'access_token',
      leeway: 0,
      login_methods: ['authorization_code'],
      principals: { enabled: false, directory: 'default' },
      proof_of_possession_dpop: 'off',
      redis: { host: '127.0.0.1', port: 6379 },
      response_type: ['code'],
      reverify: false,
      scopes: ['openid'],
      session_audience: 'default',
      session_cookie_name: 'session',
      session_remember: false,
      ssl_verify: false,
      timeout: 10_000,
      unauthorized_destroy_session: true,
      upstream_access_token_header: 'authorization:bearer',
      verify_claims: true,
      verify_parameters: false,
      verify_signature: true,
    };

    const translated = translate(withOidc(defaults));
    const plain = translate(withOidc({ auth_methods: null }));

    expect(refusals(translated)).toEqual([]);
    const ordered = { consumer_by: ['username', 'custom_id'], introspection_hint: 'access_token' };
    const [provider] = plain.postern.identity_providers;
    expect(translated.postern).toEqual({
      ...plain.postern,
      identity_providers: [{ ...provider, ...ordered, audience_claims: ['aud'] }],
    });
  });
});
