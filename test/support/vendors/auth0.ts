import type { VendorToken } from './vendor-token.ts';

export const auth0Client = 'K1AUPhZq8mRi0Q0pjhkfu1D7y6KjDQja';
const api = 'https://orders.example.com';

/** Of the "Auth0" profile, with `permissions` since the API has RBAC on. */
const machine: VendorToken = {
  header: { typ: 'JWT' },
  claims: {
    sub: `${auth0Client}@clients`,
    aud: api,
    scope: 'read:orders',
    gty: 'client-credentials',
    azp: auth0Client,
    permissions: ['read:orders'],
  },
};

const user: VendorToken = {
  header: { typ: 'JWT' },
  claims: {
    sub: 'auth0|6553da60a54af58e29493993',
    aud: [api, 'https://example.eu.auth0.com/userinfo'],
    scope: 'openid profile read:orders',
    azp: auth0Client,
    permissions: ['read:orders'],
    'https://orders.example.com/groups': ['gold'],
  },
};

/** Of the RFC 9068 profile: `client_id` in place of `azp` and `gty`. */
const machineRfc9068: VendorToken = {
  header: { typ: 'at+jwt' },
  claims: {
    sub: `${auth0Client}@clients`,
    aud: api,
    scope: 'read:orders',
    client_id: auth0Client,
    jti: '73WakrfVbNJBaAmhQtEeDv',
    permissions: ['read:orders'],
  },
};

const withoutPermission: VendorToken = {
  header: machine.header,
  claims: { ...machine.claims, permissions: [] },
};

const idToken: VendorToken = {
  header: { typ: 'JWT' },
  claims: {
    sub: 'auth0|6553da60a54af58e29493993',
    aud: auth0Client,
    sid: '2hJ3kL4mN5pQ6rS7tU8vW9xY0z',
    nickname: 'ada',
  },
};

/** Without `audience` in the request: encrypted (JWE of five parts), for Auth0's own userinfo. */
const encrypted = [
  Buffer.from('{"alg":"dir","enc":"A256GCM","iss":"https://example.eu.auth0.com/"}').toString(
    'base64url',
  ),
  '',
  'q7bxWc6S0rXwzO6F',
  'k2RgYHhZ2d8cWbT0e8bLt0BAA',
  'mFvXy1sBkUyJm1v0Qz4AAA',
].join('.');

export const auth0 = { machine, user, machineRfc9068, withoutPermission, idToken, encrypted };
