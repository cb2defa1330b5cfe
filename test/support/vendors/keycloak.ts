import type { VendorAnswer, VendorToken } from './vendor-token.ts';

export const keycloakClient = 'billing';

const header = { typ: 'JWT' };

/** Of a service account; `aud` has the API by an audience mapper only. */
const machine: VendorToken = {
  header,
  claims: {
    jti: 'trrtcc:5a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d',
    aud: ['orders', 'account'],
    sub: '8f7e6d5c-4b3a-4291-8078-6f5e4d3c2b1a',
    typ: 'Bearer',
    azp: keycloakClient,
    acr: '1',
    'allowed-origins': ['/*'],
    realm_access: { roles: ['offline_access', 'orders-reader'] },
    resource_access: { account: { roles: ['view-profile'] } },
    scope: 'email profile orders.read',
    clientHost: '192.0.2.7',
    email_verified: false,
    preferred_username: 'service-account-billing',
    clientAddress: '192.0.2.7',
    client_id: keycloakClient,
  },
};

const user: VendorToken = {
  header,
  claims: {
    auth_time: 1_760_000_000,
    jti: 'onrtac:6b2c3d4e-5f6a-4b7c-8d9e-0f1a2b3c4d5e',
    aud: ['orders', 'account'],
    sub: '1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f',
    typ: 'Bearer',
    azp: keycloakClient,
    sid: '7d6c5b4a-3f2e-4d1c-8b0a-9f8e7d6c5b4a',
    acr: '1',
    realm_access: { roles: ['default-roles-demo', 'orders-reader'] },
    scope: 'openid email profile orders.read',
    groups: ['gold'],
    preferred_username: 'ada',
    email: 'ada@example.com',
  },
};

/** As clients get them that nobody gave an audience mapper. */
const forAccount: VendorToken = { header, claims: { ...machine.claims, aud: 'account' } };

const withoutRole: VendorToken = {
  header,
  claims: { ...machine.claims, realm_access: { roles: ['offline_access'] } },
};

const idToken: VendorToken = {
  header,
  claims: {
    ...user.claims,
    aud: keycloakClient,
    typ: 'ID',
    at_hash: 'preyLd0bLnQ9TmLw4sQ5xg',
    scope: undefined,
  },
};

/** Signed by HS512 with a secret of the realm. */
const refreshToken: VendorToken = {
  header: { alg: 'HS512', typ: 'JWT' },
  claims: {
    jti: 'ac3b0d4e-6f5a-4c7d-8e9b-1f2a3b4c5d6e',
    aud: 'https://id.example.com/realms/demo',
    sub: '1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f',
    typ: 'Refresh',
    azp: keycloakClient,
    scope: 'openid orders.read',
  },
};

const clientRole: VendorToken = {
  header,
  claims: { ...machine.claims, resource_access: { orders: { roles: ['orders-reader'] } } },
};

/** Signed and whole, but with almost nothing in it. */
const lightweight: VendorToken = {
  header,
  claims: {
    jti: 'trltcc:7c3d4e5f-6a7b-4c8d-9e0f-1a2b3c4d5e6f',
    typ: 'Bearer',
    azp: keycloakClient,
    scope: 'email profile orders.read',
  },
};

/** What the lightweight token leaves out. */
const introspection: VendorAnswer = {
  ...machine.claims,
  username: 'service-account-billing',
  token_type: 'Bearer',
};

export const keycloak = {
  machine,
  user,
  forAccount,
  withoutRole,
  clientRole,
  idToken,
  refreshToken,
  lightweight,
  introspection,
};
