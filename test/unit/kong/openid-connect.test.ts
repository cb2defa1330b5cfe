import { describe, expect, it } from '@jest/globals';
import { refusals, translate, withOidc, type Loose } from './translate.ts';

describe('options of openid-connect', () => {
  it.each<[string, Loose, Loose]>([
    ['issuer', { issuer: 'https://a.example/x' }, { issuer: 'https://a.example/x' }],
    [
      'the address of a metadata document',
      { issuer: 'https://a.example/x/.well-known/openid-configuration' },
      { issuer: 'https://a.example/x' },
    ],
    [
      'that of RFC 8414',
      { issuer: 'https://a.example/.well-known/oauth-authorization-server/x' },
      {
        issuer: 'https://a.example/x',
        discovery_url: 'https://a.example/.well-known/oauth-authorization-server/x',
      },
    ],
    [
      'that of Auth0, whose iss ends with a slash',
      { issuer: 'https://a.eu.auth0.com/.well-known/openid-configuration' },
      { name: 'auth0', issuer: 'https://a.eu.auth0.com/' },
    ],
    [
      'http:// as Kong took it',
      { issuer: 'http://keycloak:8080/realms/shop' },
      { name: 'shop', allow_insecure: true },
    ],
    [
      'issuers_allowed',
      { issuers_allowed: ['https://idp.example', 'https://b.example'] },
      { issuers_allowed: ['https://b.example'] },
    ],
    [
      'using_pseudo_issuer',
      { using_pseudo_issuer: true, jwks_endpoint: 'https://a.example/jwks' },
      { discovery: false, endpoints: { jwks: 'https://a.example/jwks' } },
    ],
    ['leeway', { leeway: 7 }, { leeway: '7s' }],
    ['no leeway, which is none in Kong', {}, { leeway: '0s' }],
    ['audience', { audience: ['api://a'] }, { audience_required: ['api://a'] }],
    ['timeout', { timeout: 700 }, { timeout: '700ms' }],
    ['cache_ttl_max', { cache_ttl_max: 60 }, { cache: { max_ttl: '60s' } }],
    ['a shorter cache_ttl', { cache_ttl: 30 }, { cache: { max_ttl: '30s' } }],
    [
      'cache_introspection',
      { cache_introspection: false },
      { cache: { max_ttl: '0s', negative_ttl: '0s' } },
    ],
    ['cache_ttl_resurrect', { cache_ttl_resurrect: 9 }, { cache: { stale_if_error: '9s' } }],
    ['rediscovery_lifetime', { rediscovery_lifetime: 12 }, { rediscovery: '12s' }],
    [
      'extra_jwks_uris',
      { extra_jwks_uris: ['https://a.example/k'] },
      { extra_jwks_uris: ['https://a.example/k'] },
    ],
    ['no_proxy', { no_proxy: 'a.example, .b' }, { no_proxy: ['a.example', '.b'] }],
    ['https_proxy', { https_proxy: 'http://proxy:3128' }, { https_proxy: 'http://proxy:3128' }],
    [
      'a nested claim',
      { consumer_claim: ['realm', 'client'] },
      { consumer_claims: [['realm', 'client']] },
    ],
    [
      'several claims',
      { consumer_claim: null, consumer_claims: [['azp'], ['a', 'b']] },
      { consumer_claims: ['azp', ['a', 'b']] },
    ],
    ['a claim as a word', { consumer_claim: 'sub' }, { consumer_claims: ['sub'] }],
    ['consumer_by', { consumer_by: ['username'] }, { consumer_by: ['username'] }],
    ['the consumer_by of Kong', {}, { consumer_by: ['custom_id', 'username'] }],
    ['credential_claim', { credential_claim: ['cid'] }, { credential_claim: ['cid'] }],
    ['scopes_claim', { scopes_claim: ['scp'] }, { scopes_claims: ['scp'] }],
    ['authenticated_groups_claim', { authenticated_groups_claim: ['g'] }, { groups_claims: ['g'] }],
    ['roles_claim', { roles_claim: ['a', 'roles'] }, { roles_claims: [['a', 'roles']] }],
    ['audience_claim', { audience_claim: ['for'] }, { audience_claims: ['for'] }],
    [
      'introspection',
      {
        introspection_endpoint: 'https://a.example/i',
        introspection_hint: 'bearer',
        introspection_accept: 'application/jwt',
        introspection_token_param_name: 'tok',
        introspection_headers_names: ['x-a'],
        introspection_headers_values: ['1'],
        introspection_post_args_names: ['b'],
        introspection_post_args_values: ['2'],
        introspect_jwt_tokens: true,
      },
      {
        endpoints: { introspection: 'https://a.example/i' },
        introspection_hint: 'bearer',
        introspection_accept: 'application/jwt',
        introspection_token_param_name: 'tok',
        introspection_headers: { 'x-a': '1' },
        introspection_args: { b: '2' },
        introspect_jwt_tokens: true,
      },
    ],
    [
      'the client',
      { client_id: ['gw'], client_secret: ['s3'], client_auth: ['client_secret_post'] },
      { client: { id: 'gw', secret: 's3', auth_method: 'client_secret_post' } },
    ],
    [
      'a client without a proof',
      { client_id: ['gw'], introspection_endpoint_auth_method: 'none' },
      { client: { id: 'gw', auth_method: 'none' } },
    ],
  ])('%s', (_name, config, provider) => {
    const translated = translate(withOidc(config));

    expect(refusals(translated)).toEqual([]);
    expect(translated.postern.identity_providers).toEqual([expect.objectContaining(provider)]);
    expect(translated.problems).toEqual([]);
  });

  it.each<[string, Loose, Loose]>([
    [
      'auth_methods',
      { auth_methods: ['bearer', 'introspection'] },
      { auth_methods: ['bearer', 'introspection'] },
    ],
    [
      'all methods, as Kong has them on',
      { auth_methods: null },
      { auth_methods: ['bearer', 'introspection', 'client_credentials', 'session'] },
    ],
    ['hide_credentials', { hide_credentials: false }, { hide_credentials: false }],
    ['run_on_preflight', { run_on_preflight: false }, { run_on_preflight: false }],
    ['scopes_required', { scopes_required: ['a', 'b c'] }, { scopes_required: ['a', 'b c'] }],
    ['audience_required', { audience_required: ['a'] }, { audience_required: ['a'] }],
    ['groups_required', { groups_required: ['a'] }, { groups_required: ['a'] }],
    ['roles_required', { roles_required: ['a'] }, { roles_required: ['a'] }],
    ['claims_forbidden', { claims_forbidden: ['nonce'] }, { claims_forbidden: ['nonce'] }],
    [
      'domains',
      { domains: ['a.example'] },
      { claims_required: [{ claim: 'hd', values: ['a.example'] }] },
    ],
    ['consumer_optional', { consumer_optional: true }, { consumer_optional: true }],
    ['no consumer_claim: everybody passes', { consumer_claim: null }, { consumer_optional: true }],
    [
      'messages',
      { unauthorized_error_message: 'No', forbidden_error_message: 'Never' },
      { messages: { unauthorized: 'No', forbidden: 'Never' } },
    ],
    ['display_errors', { display_errors: true }, { expose_reason: true }],
    [
      'headers of claims, the old way',
      { upstream_headers_claims: ['email'], upstream_headers_names: ['X-Mail'] },
      { upstream_headers: { 'x-mail': 'email' } },
    ],
    [
      'headers of claims, the new way',
      { upstream_headers: [{ header: 'x-org', path: ['org', 'id'] }] },
      { upstream_headers: { 'x-org': ['org', 'id'] } },
    ],
    [
      'places of tokens',
      { bearer_token_param_type: ['header', 'cookie'], bearer_token_cookie_name: 'at' },
      { bearer_token_param_type: ['header', 'cookie'], bearer_token_cookie_name: 'at' },
    ],
    [
      'bearer_token_header_name',
      { bearer_token_header_name: 'x-token' },
      { bearer_token_header_names: ['x-token'] },
    ],
    [
      'pairs of applications',
      {
        auth_methods: ['client_credentials'],
        scopes: ['a'],
        token_post_args_names: ['resource', 'x'],
        token_post_args_values: ['r', '1'],
        client_credentials_param_type: ['query'],
      },
      {
        client_credentials: {
          scopes: ['a'],
          resource: 'r',
          args: { x: '1' },
          param_type: ['query'],
        },
        upstream_access_token: true,
      },
    ],
    [
      'pairs of users',
      {
        auth_methods: ['password'],
        client_id: ['gw'],
        client_secret: ['s'],
        upstream_access_token_header: null,
      },
      { password: { scopes: ['openid'], consumer_claims: ['client_id'] } },
    ],
    [
      'proofs',
      {
        proof_of_possession_dpop: 'strict',
        dpop_use_nonce: true,
        dpop_proof_lifetime: 120,
        proof_of_possession_mtls: 'optional',
      },
      {
        public_url: 'https://orders.example.com',
        proof_of_possession_dpop: 'required',
        dpop_use_nonce: true,
        dpop_proof_lifetime: '120s',
        proof_of_possession_mtls: 'optional',
      },
    ],
    [
      'sessions of Kong 3',
      {
        auth_methods: ['bearer', 'session'],
        session_cookie_name: 'sid',
        session_idling_timeout: 60,
        session_rolling_timeout: 30,
        session_absolute_timeout: 7200,
        session_cookie_same_site: 'Strict',
      },
      {
        session: {
          opened_by: ['bearer'],
          cookie_name: 'sid',
          cookie_same_site: 'Strict',
          idle_timeout: '30s',
          absolute_timeout: '7200s',
        },
      },
    ],
    [
      'sessions of Kong 2',
      {
        auth_methods: ['bearer', 'session'],
        session_cookie_lifetime: 600,
        session_cookie_idletime: 300,
        session_cookie_samesite: 'Lax',
      },
      { session: { opened_by: ['bearer'], cookie_same_site: 'Lax', idle_timeout: '300s' } },
    ],
    [
      'disable_session',
      { auth_methods: ['bearer', 'introspection', 'session'], disable_session: ['bearer'] },
      { session: { opened_by: ['introspection'] } },
    ],
  ])('%s', (_name, config, service) => {
    const translated = translate(withOidc(config));

    expect(refusals(translated)).toEqual([]);
    expect(translated.postern.services).toEqual([expect.objectContaining(service)]);
    expect(translated.problems).toEqual([]);
  });

  it('refuses issuers_allowed that may leave out an issuer of the environment', () => {
    const config = { issuer: '${{ env "DECK_ISSUER" }}', issuers_allowed: ['https://b.example'] };
    const text = JSON.stringify(withOidc(config)).replaceAll('\\"', "'");
    const whole = text.replace('"https://b.example"', `"\${{ env 'DECK_ISSUER' }}"`);

    expect(refusals(translate(text))).toEqual(['openid-connect.issuers_allowed']);
    expect(refusals(translate(whole))).toEqual([]);
  });

  it.each<[string, Loose]>([
    ['acl', { name: 'acl', config: { allow: ['a'] } }],
    ['application-registration', { name: 'application-registration' }],
  ])('refuses run_on_preflight: false beside %s, which judges OPTIONS in Kong', (_name, plugin) => {
    const file = withOidc({ run_on_preflight: false }, { plugins: [plugin] });
    const name = 'openid-connect.run_on_preflight';

    expect(refusals(translate(file))).toEqual([name]);
    const { postern } = translate(file, { acceptLoss: [name] });
    expect(postern.services[0].run_on_preflight ?? true).toBe(true);
  });

  it('drops the method session where nothing opens one', () => {
    const { postern, problems } = translate(
      withOidc({ auth_methods: ['bearer', 'session'], disable_session: ['bearer'] }),
    );

    expect(postern.services[0].auth_methods).toEqual(['bearer']);
    expect(problems).toEqual([]);
  });

  it('tells the ACL of no groups where Kong does not', () => {
    const { postern } = translate(withOidc({ consumer_optional: true }));

    expect(postern.identity_providers[0].groups_claims).toEqual(['postern:none']);
  });

  it.each<[string, Loose]>([
    ['openid-connect.auth_methods.userinfo', { auth_methods: ['bearer', 'userinfo'] }],
    [
      'openid-connect.auth_methods.authorization_code',
      { auth_methods: ['bearer', 'authorization_code'] },
    ],
    ['openid-connect.auth_methods.kong_oauth2', { auth_methods: ['bearer', 'kong_oauth2'] }],
    ['openid-connect.auth_methods.password', { auth_methods: ['client_credentials', 'password'] }],
    ['openid-connect.introspection_check_active', { introspection_check_active: false }],
    ['openid-connect.verify_signature', { verify_signature: false }],
    ['openid-connect.verify_claims', { verify_claims: false }],
    ['openid-connect.ignore_signature', { ignore_signature: ['password'] }],
    ['openid-connect.enable_hs_signatures', { enable_hs_signatures: true }],
    ['openid-connect.search_user_info', { search_user_info: true }],
    ['openid-connect.max_age', { max_age: 60 }],
    ['openid-connect.jwt_session_cookie', { jwt_session_cookie: 'c' }],
    ['openid-connect.reverify', { reverify: true }],
    ['openid-connect.session_bind', { session_bind: ['ip'] }],
    ['openid-connect.by_username_ignore_case', { by_username_ignore_case: true }],
    ['openid-connect.token_exchange', { token_exchange: { request: {} } }],
    ['openid-connect.principals', { principals: { enabled: true } }],
    ['openid-connect.consumer_groups_claim', { consumer_groups_claim: ['g'] }],
    ['openid-connect.logout_uri_suffix', { logout_uri_suffix: '/out' }],
    ['openid-connect.unauthorized_redirect_uri', { unauthorized_redirect_uri: ['https://a'] }],
    ['openid-connect.upstream_id_token_header', { upstream_id_token_header: 'x-id' }],
    ['openid-connect.upstream_access_token_header', { upstream_access_token_header: 'x-at' }],
    [
      'openid-connect.upstream_headers',
      { upstream_headers: [{ header: 'X-Consumer-Id', path: ['sub'] }] },
    ],
    ['openid-connect.downstream_headers_claims', { downstream_headers_claims: ['sub'] }],
    ['openid-connect.issuers_allowed', { issuers_allowed: ['https://other.example'] }],
    ['openid-connect.client_id', { client_id: ['a', 'b'], client_secret: ['c', 'd'] }],
    [
      'openid-connect.tls_client_auth_cert_id',
      { client_id: ['a'], client_auth: ['tls_client_auth'] },
    ],
    [
      'openid-connect.client_auth.private_key_jwt',
      { client_id: ['a'], client_auth: ['private_key_jwt'] },
    ],
    [
      'openid-connect.bearer_token_param_type.body',
      { bearer_token_param_type: ['body'], hide_credentials: true },
    ],
    [
      'openid-connect.authenticated_groups_claim',
      { groups_required: ['a'], authenticated_groups_claim: ['b'] },
    ],
    ['openid-connect.groups_required', { groups_required: ['a'], consumer_optional: true }],
    ['openid-connect.scopes_claim', { scopes_claim: ['a', '1'] }],
    ['openid-connect.introspection_headers_client', { introspection_headers_client: ['x'] }],
    ['openid-connect.an_option_of_next_year', { an_option_of_next_year: false }],
  ])('refuses %s, unless its loss is accepted', (name, config) => {
    const refused = translate(withOidc(config));
    const accepted = translate(withOidc(config), { acceptLoss: [name] });

    expect(refusals(refused)).toEqual([name]);
    expect(refused).toMatchObject({ stopped: true, postern: undefined });
    expect(accepted).toMatchObject({ stopped: false, problems: [] });
  });

  it.each<[string, Loose]>([
    ['openid-connect.issuer', { issuer: null }],
    ['openid-connect.anonymous', { anonymous: 'nobody' }],
    ['openid-connect.auth_methods', { auth_methods: 'session' }],
    ['openid-connect.auth_methods', { auth_methods: [1] }],
    ['openid-connect.scopes_required', { scopes_required: { a: 1 } }],
    ['openid-connect.leeway', { leeway: '5' }],
    ['openid-connect.leeway', { leeway: -1 }],
    ['openid-connect.hide_credentials', { hide_credentials: 'yes' }],
    ['openid-connect.client_jwk', { client_jwk: ['x'] }],
    ['openid-connect.consumer_claims', { consumer_claim: null, consumer_claims: ['azp'] }],
    ['openid-connect.proof_of_possession_dpop', { proof_of_possession_dpop: 'on' }],
    ['openid-connect.introspection_headers_names', { introspection_headers_names: ['a'] }],
    ['openid-connect.bearer_token_cookie_name', { bearer_token_param_type: ['cookie'] }],
    ['openid-connect.client_secret', { client_id: ['a'], client_secret: ['{vault://aws/x}'] }],
    ['openid-connect.client_secret', { client_id: ['a'], client_secret: ['{vault://env/a/b}'] }],
  ])('stops at %s for good: %j', (name, config) => {
    const translated = translate(withOidc(config), { acceptLoss: [name] });

    expect(refusals(translated)).toContain(name);
    expect(translated.stopped).toBe(true);
  });
});
