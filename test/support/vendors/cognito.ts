import type { VendorToken } from './vendor-token.ts';

export const cognitoClient = '1example23456789abcdefghij';

/** Scopes have their resource server's name in front; there is no `aud`. */
const machine: VendorToken = {
  header: {},
  claims: {
    sub: cognitoClient,
    token_use: 'access',
    scope: 'orders/read',
    auth_time: 1_760_000_000,
    version: 2,
    jti: 'a1b2c3d4-5e6f-4a7b-8c9d-0e1f2a3b4c5d',
    client_id: cognitoClient,
  },
};

const user: VendorToken = {
  header: {},
  claims: {
    sub: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
    'cognito:groups': ['gold', 'eu-west-1_Example_Okta'],
    version: 2,
    client_id: cognitoClient,
    origin_jti: 'b2c3d4e5-6f7a-4b8c-9d0e-1f2a3b4c5d6e',
    event_id: 'c3d4e5f6-7a8b-4c9d-8e0f-1a2b3c4d5e6f',
    token_use: 'access',
    scope: 'openid orders/read',
    auth_time: 1_760_000_000,
    jti: 'd4e5f6a7-8b9c-4d0e-9f1a-2b3c4d5e6f7a',
    username: 'ada',
  },
};

/** Of a request with `resource` (RFC 8707): the one case with an audience. */
const bound: VendorToken = {
  header: {},
  claims: { ...user.claims, aud: 'https://orders.example.com' },
};

/** Got by the Cognito API in place of the pool's domain. */
const byApi: VendorToken = {
  header: {},
  claims: { ...user.claims, scope: 'aws.cognito.signin.user.admin' },
};

const idToken: VendorToken = {
  header: {},
  claims: {
    sub: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
    'cognito:groups': ['gold'],
    'cognito:username': 'ada',
    aud: cognitoClient,
    token_use: 'id',
    auth_time: 1_760_000_000,
    email: 'ada@example.com',
  },
};

export const cognito = { machine, user, bound, byApi, idToken };
