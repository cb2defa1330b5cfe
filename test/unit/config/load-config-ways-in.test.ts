import { describe } from '@jest/globals';
import { orders, testRows, type Row } from './problem-rows.ts';

/** A provider that has what the grants need, and one beside it. */
const two = {
  provider: 'client: { id: a, secret: b } }\n  - { name: other, issuer: "https://other.example"',
};
const both = 'identity_providers: [main, other], introspect_in_order: true';
/** Takes the place of the Service's own list, which YAML would not let stand twice. */
const ofBoth = (rest: string) => `hosts: [a] }\n  - { name: two, ${both}, ${rest}`;
const second = 'services[1]';

const grants: readonly Row[] = [
  [
    'service',
    'auth_methods: [client_credentials, ^password]',
    `${orders}.auth_methods[1]`,
    'expected client_credentials or password, not both: they take the same header',
    two,
  ],
  [
    'service',
    'client_credentials: ^{}',
    `${orders}.client_credentials`,
    'no use without client_credentials in auth_methods',
  ],
  [
    'service',
    'auth_methods: [client_credentials], password: ^{}',
    `${orders}.password`,
    'no use without password in auth_methods',
  ],
  [
    'service',
    'auth_methods: [bearer, ^password]',
    `${orders}.auth_methods[1]`,
    "main has no client, and a user's pair goes with one",
  ],
  [
    'service',
    'auth_methods: [bearer, ^client_credentials]',
    `${orders}.auth_methods[1]`,
    'main has neither discovery nor endpoints.token',
    { provider: 'discovery: false, endpoints: { jwks: "https://idp.example/jwks" }' },
  ],
  [
    'service',
    ofBoth('auth_methods: [^client_credentials]'),
    `${second}.auth_methods[0]`,
    'with several identity_providers, client_credentials.identity_provider has to name the one that is shown these secrets',
    two,
  ],
  [
    'service',
    ofBoth('auth_methods: [password], password: ^{ scopes: [a] }'),
    `${second}.password`,
    'with several identity_providers, password.identity_provider has to name the one that is shown these secrets',
    two,
  ],
  [
    'service',
    'auth_methods: [client_credentials], client_credentials: { identity_provider: ^mainn }',
    `${orders}.client_credentials.identity_provider`,
    'not one of the identity_providers of this Service; did you mean "main"?',
  ],
  [
    'service',
    'auth_methods: [client_credentials], client_credentials: { identity_provider: ^other }',
    `${orders}.client_credentials.identity_provider`,
    'not one of the identity_providers of this Service',
    two,
  ],
  [
    'service',
    'auth_methods: [client_credentials], client_credentials: { args: { scope: ^x } }',
    `${orders}.client_credentials.args.scope`,
    'args may not hold this argument',
  ],
  [
    'service',
    'auth_methods: [client_credentials], client_credentials: { args: { "": ^x } }',
    `${orders}.client_credentials.args[""]`,
    'expected a name',
  ],
  [
    'service',
    'auth_methods: [client_credentials], client_credentials: { audience: ^[] }',
    `${orders}.client_credentials.audience`,
    'expected at least 1 item',
  ],
  [
    'service',
    'auth_methods: [client_credentials], client_credentials: { param_type: [^cookie] }',
    `${orders}.client_credentials.param_type[0]`,
    'expected one of: header, query, body',
  ],
  [
    'service',
    'auth_methods: [client_credentials], client_credentials: { ^consumer_claims: [sub] }',
    `${orders}.client_credentials.consumer_claims`,
    'unknown key "consumer_claims"; expected one of: identity_provider, scopes, audience, resource, args, basic_decoding, param_type, client_auth_method',
  ],
];

const hidden =
  'what stands in a body cannot be kept from the upstream: it needs hide_credentials: false';
const ours = 'Postern sets this header for upstreams, and removes it from what callers send';
const meant = 'this header has a meaning of its own';

const places: readonly Row[] = [
  [
    'service',
    'bearer_token_param_type: [header, ^body]',
    `${orders}.bearer_token_param_type[1]`,
    hidden,
  ],
  [
    'service',
    'auth_methods: [client_credentials], client_credentials: { param_type: [^body] }',
    `${orders}.client_credentials.param_type[0]`,
    hidden,
  ],
  [
    'service',
    'auth_methods: [password], password: { param_type: [header, ^body] }, hide_credentials: true',
    `${orders}.password.param_type[1]`,
    hidden,
    two,
  ],
  [
    'service',
    'bearer_token_param_type: [^cookie]',
    `${orders}.bearer_token_param_type[0]`,
    'cookie needs bearer_token_cookie_name',
  ],
  [
    'service',
    'bearer_token_cookie_name: ^"a b"',
    `${orders}.bearer_token_cookie_name`,
    "expected the name of a cookie: letters, digits or any of !#$%&'*+-.^_`|~",
  ],
  [
    'service',
    'auth_methods: [bearer, session], bearer_token_param_type: [cookie], bearer_token_cookie_name: ^__Host-postern_session',
    `${orders}.bearer_token_cookie_name`,
    'the session cookie has this name',
  ],
  [
    'service',
    'auth_methods: [bearer, session], session: { cookie_name: x, cookie_path: /a }, bearer_token_param_type: [cookie], bearer_token_cookie_name: ^__Secure-x',
    `${orders}.bearer_token_cookie_name`,
    'the session cookie has this name',
  ],
  [
    'service',
    'auth_methods: [bearer, session], bearer_token_param_type: [cookie], bearer_token_cookie_name: ^y',
    `${orders}.bearer_token_cookie_name`,
    'the session cookie has this name',
    { top: 'session: { cookie_name: y, cookie_secure: false }' },
  ],
  [
    'service',
    'auth_methods: [bearer, client_credentials], bearer_token_param_type: [query], bearer_token_param_name: ^client_id, client_credentials: { param_type: [query] }',
    `${orders}.bearer_token_param_name`,
    'client_credentials takes an argument of this name in the same place',
  ],
  [
    'service',
    'auth_methods: [bearer, password], hide_credentials: false, bearer_token_param_type: [body], bearer_token_param_name: ^password, password: { param_type: [query, body] }',
    `${orders}.bearer_token_param_name`,
    'password takes an argument of this name in the same place',
    two,
  ],
  [
    'service',
    'bearer_token_param_name: ^"a=b"',
    `${orders}.bearer_token_param_name`,
    'expected letters, digits or any of - . _ ~',
  ],
  [
    'service',
    'bearer_token_header_names: [^"x y"]',
    `${orders}.bearer_token_header_names[0]`,
    'expected the name of a header',
  ],
  [
    'service',
    'bearer_token_header_names: [X-Token, ^x-token]',
    `${orders}.bearer_token_header_names[1]`,
    'stands in the list twice',
  ],
  [
    'service',
    'bearer_token_header_names: [authorization, ^X-Consumer-Id]',
    `${orders}.bearer_token_header_names[1]`,
    ours,
  ],
  [
    'service',
    'bearer_token_header_names: [^x_consumer_groups]',
    `${orders}.bearer_token_header_names[0]`,
    ours,
  ],
  [
    'service',
    'bearer_token_header_names: [^Cookie]',
    `${orders}.bearer_token_header_names[0]`,
    meant,
  ],
  [
    'service',
    'bearer_token_header_names: [^dpop]',
    `${orders}.bearer_token_header_names[0]`,
    meant,
  ],
  [
    'service',
    'bearer_token_header_names: [^X_Tenant], upstream_headers: { x-tenant: tenant }',
    `${orders}.bearer_token_header_names[0]`,
    ours,
  ],
];

describe.each([
  ['a grant', grants],
  ['a place', places],
])('loadConfig refuses %s', (_, rows) => {
  testRows(rows);
});
