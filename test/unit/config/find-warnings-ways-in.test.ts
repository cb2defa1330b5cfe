import { describe } from '@jest/globals';
import { parts, testWarnings } from './warning-rows.ts';

const client = `${parts.provider}, client: { id: x, secret: y }`;
const service = (rest: string) => `identity_providers: [a], acl: { allow: [g] }, ${rest}`;
const sessions = service('auth_methods: [bearer, session]');

describe('findWarnings: credentials', () => {
  testWarnings([
    [{ provider: `^${client}`, service: service('auth_methods: [client_credentials]') }, []],
    [
      { provider: client, service: service('auth_methods: [bearer, ^password]') },
      [
        'services[0].auth_methods[1]: s takes passwords of users, which OAuth 2.1 leaves to the provider alone',
      ],
    ],
    [
      {
        service: service(
          'auth_methods: [bearer], bearer_token_param_type: [header, ^query], bearer_token_param_name: t',
        ),
      },
      [
        'services[0].bearer_token_param_type[1]: s takes tokens from the query, and URLs end up in logs and in Referer headers',
      ],
    ],
    [
      {
        service: service(
          'auth_methods: [client_credentials], client_credentials: { param_type: [^query] }',
        ),
      },
      [
        'services[0].client_credentials.param_type[0]: s takes secrets from the query, and URLs end up in logs and in Referer headers',
      ],
    ],
    [
      { service: service('auth_methods: [bearer], upstream_access_token: ^true') },
      [
        "services[0].upstream_access_token: s exchanges no pairs, so there is no token of Postern's to send",
      ],
    ],
    [
      {
        provider: `issuer: "https://a.auth0.com/", preset: auth0, audience_required: [x]`,
        service: service('auth_methods: [client_credentials], client_credentials: ^{}'),
      },
      [
        'services[0].client_credentials.audience: without audience Auth0 gives tokens that nobody but Auth0 can read, so s refuses them',
      ],
    ],
    [
      {
        provider: `issuer: "https://login.microsoftonline.com/t/v2.0", preset: entra, audience_required: [x]`,
        service: service('auth_methods: [client_credentials], client_credentials: ^{}'),
      },
      [
        'services[0].client_credentials.scopes: Entra gives no token without the scope <api>/.default, so s takes no pair',
      ],
    ],
  ]);
});

describe('findWarnings: sessions and JWTs for upstreams', () => {
  testWarnings([
    [{ top: 'session: ^{ keys_files: [long-key] }', service: sessions }, []],
    [
      { top: 'session: { keys: ^[] }', service: sessions },
      [
        'session.keys: without keys of its own each process makes one: sessions end with it, and other replicas refuse them',
      ],
    ],
    [
      { top: 'session: { keys_files: [long-key], cookie_secure: ^false }', service: sessions },
      [
        'session.cookie_secure: browsers send session cookies in clear text, where they can be read and used',
      ],
    ],
    [
      {
        top: 'session: { keys_files: [long-key], cookie_secure: false }',
        service: `${sessions}, session: ^{ cookie_secure: true }`,
      },
      [],
    ],
    [
      {
        top: 'session: { keys_files: [long-key] }',
        service: `${sessions}, session: { cookie_secure: ^false }`,
      },
      [
        'services[0].session.cookie_secure: browsers send session cookies in clear text, where they can be read and used',
      ],
    ],
    [
      {
        store: 'redis: { url: "redis://127.0.0.1" }',
        top: 'session: { storage: redis, keys: ^[] }',
        service: sessions,
      },
      [],
    ],
    [
      {
        store: 'redis: { url: "redis://127.0.0.1" }',
        top: 'session: { storage: redis, keys: ^[] }',
        service: `${sessions}, session: { storage: cookie }`,
      },
      [
        'session.keys: without keys of its own each process makes one: sessions end with it, and other replicas refuse them',
      ],
    ],
    [
      { top: 'upstream_jwt: ^{ issuer: a }' },
      ['upstream_jwt: no Service has upstream_jwt, so no JWT is sent to an upstream'],
    ],
    [
      {
        top: 'upstream_jwt: ^{ issuer: a }',
        service: service('auth_methods: [bearer], upstream_jwt: {}'),
      },
      [
        'upstream_jwt.keys: without keys each process makes one: upstreams need the key set of every replica, again after each start',
      ],
    ],
    [
      {
        service: `${service('auth_methods: [bearer]')}, registration: { show_issuer: ^true }`,
      },
      [
        'services[0].registration.show_issuer: s has no public_url, so callers are not told where to get tokens (RFC 9728)',
      ],
    ],
    [
      {
        service: `^${service('auth_methods: [bearer]')}, registration: { show_issuer: true }, public_url: "https://s"`,
      },
      [],
    ],
  ]);
});

const issuer = (preset: string, url: string) =>
  `issuer: ^"${url}", preset: ${preset}, audience_required: [x]`;
const trap = 'identity_providers[0].issuer:';
const entra = 'https://login.microsoftonline.com';
const cognito = 'https://cognito-idp.eu-west-1.amazonaws.com/p';
const noAudience =
  'access tokens of cognito have an aud only where the caller asks with resource, and the others';

describe('findWarnings: traps of products', () => {
  testWarnings([
    ...(
      [
        ['generic', 'https://a.okta.com'],
        ['ping', 'https://sso.example:9031'],
        ['okta', 'https://a.okta.com/oauth2/default'],
        ['entra', `${entra}/t/v2.0`],
        ['entra', 'https://sts.windows.net/t/'],
        ['entra', 'https://t.ciamlogin.com/t/v2.0'],
        ['keycloak', 'https://id.example/realms/demo'],
        ['auth0', 'https://a.eu.auth0.com/'],
      ] as const
    ).map(([preset, url]) => [{ provider: issuer(preset, url) }, []] as const),
    ...(
      [
        [
          'okta',
          'https://a.okta.com',
          'the access tokens of an Okta org are for Okta’s own APIs: expected a custom authorization server, …/oauth2/<id>',
        ],
        [
          'entra',
          `${entra}/t`,
          'expected …/<tenant>/v2.0, or https://sts.windows.net/<tenant>/ for version 1 tokens of Entra',
        ],
        [
          'entra',
          `${entra}/common/v2.0`,
          'common is no issuer: tokens name the tenant that they are of',
        ],
        [
          'entra',
          'https://sts.windows.net/t',
          'iss of version 1 tokens of Entra ends with a slash',
        ],
        ['keycloak', 'https://id.example/auth', 'expected the realm of Keycloak, …/realms/<realm>'],
        ['keycloak', 'https://id.example/realms/demo/', 'iss of Keycloak has no slash at its end'],
        ['auth0', 'https://a.eu.auth0.com', 'iss of Auth0 ends with a slash'],
      ] as const
    ).map(
      ([preset, url, message]) =>
        [{ provider: issuer(preset, url) }, [`${trap} ${message}`]] as const,
    ),
    [
      {
        provider:
          'preset: cognito, issuer: ^"https://x.amazoncognito.com", audience_required: ^[x]',
      },
      [
        `${trap} iss of Cognito is https://cognito-idp.<region>.amazonaws.com/<pool>, not the domain of its pages`,
        `identity_providers[0].audience_required: ${noAudience} are refused; claims_required: [{ claim: token_use, values: [access] }] needs none`,
      ],
    ],
    [
      {
        provider: `^preset: cognito, issuer: "${cognito}", audience_required: [x], audience_claims: [client_id]`,
      },
      [],
    ],
    [
      {
        provider: `preset: cognito, issuer: "${cognito}"`,
        service: service('auth_methods: [bearer], audience_required: ^[x]'),
      },
      [`services[0].audience_required: ${noAudience} of a are refused`],
    ],
  ]);
});

describe('findWarnings: sessions that nobody has', () => {
  testWarnings([
    [{ top: 'session: ^{}' }, ['session: no Service has session in auth_methods']],
    [
      {
        top: `session: { keys: [${'k'.repeat(32)}] }`,
        service: service('auth_methods: [bearer, ^client_credentials, session]'),
      },
      [
        'services[0].auth_methods[1]: client_credentials opens no session at s: it is not in session.opened_by',
      ],
    ],
  ]);
});

describe('findWarnings: session cookies', () => {
  const keys = `session: { keys: [${'k'.repeat(32)}] }`;
  const other = (more: string) =>
    `${sessions}${more} }\n  - ^{ name: t, identity_providers: [a], acl: { allow: [g] }, auth_methods: [bearer, session]`;
  const shared =
    "services[1]: t has the session cookie of s: on one host they end each other's sessions; give it a session.cookie_name";

  testWarnings([
    [{ top: keys, service: other('') }, [shared]],
    [{ top: keys, service: `${other('')}, hosts: [b.example]` }, [shared]],
    [
      {
        top: keys,
        service: `${other(', hosts: [a.example]').replace('^', '')}, hosts: [b.example]`,
      },
      [],
    ],
    [{ top: keys, service: `${other('').replace('^', '')}, session: { cookie_name: t }` }, []],
  ]);
});
