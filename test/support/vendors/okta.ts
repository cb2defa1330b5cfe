import type { VendorAnswer, VendorToken } from './vendor-token.ts';

export const oktaClient = '0oa1b2c3d4e5f6g7h8i9';

/** Of a custom authorization server: no `typ`, the client is `cid`, scopes are a list. */
const machine: VendorToken = {
  header: {},
  claims: {
    ver: 1,
    jti: 'AT.s3cFZ0nM4Qw1pE8yV6uR2tL9kJ7hG5',
    aud: 'api://orders',
    cid: oktaClient,
    scp: ['orders.read'],
    sub: oktaClient,
  },
};

/** `groups` is there where the authorization server has a groups claim. */
const user: VendorToken = {
  header: {},
  claims: {
    ...machine.claims,
    uid: '00u9z8y7x6w5v4u3t2s1',
    scp: ['openid', 'orders.read'],
    auth_time: 1_760_000_000,
    sub: 'ada@example.com',
    groups: ['Everyone', 'gold'],
  },
};

const idToken: VendorToken = {
  header: {},
  claims: {
    ver: 1,
    jti: 'ID.s3cFZ0nM4Qw1pE8yV6uR2tL9kJ7hG5',
    sub: '00u9z8y7x6w5v4u3t2s1',
    aud: oktaClient,
    amr: ['pwd'],
    idp: '00o5f4e3d2c1b0a9z8y7',
    preferred_username: 'ada@example.com',
    at_hash: 'preyLd0bLnQ9TmLw4sQ5xg',
  },
};

/** Of the org authorization server: meant for Okta's own APIs. */
const orgToken: VendorToken = {
  header: { typ: 'application/okta-internal-at+jwt' },
  claims: {
    ...machine.claims,
    iss: 'https://example.okta.com',
    aud: 'https://example.okta.com',
    scp: ['okta.users.read'],
  },
};

/** As clients get them that have "Require DPoP" on. */
const bound: VendorToken = {
  header: {},
  claims: { ...machine.claims, cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } },
};

/** The client is `client_id` here, and scopes are one string. */
const introspection: VendorAnswer = {
  token_type: 'Bearer',
  scope: 'orders.read',
  client_id: oktaClient,
  username: oktaClient,
  sub: oktaClient,
  aud: 'api://orders',
  jti: 'AT.s3cFZ0nM4Qw1pE8yV6uR2tL9kJ7hG5',
};

export const okta = { machine, user, idToken, orgToken, bound, introspection };
