/** Access tokens in the shapes of well-known products; the application is `app-1` in each. */
export const vendorClaims = {
  okta: (iss: string) => ({
    ...timesFrom(Date.now()),
    iss,
    ver: 1,
    jti: 'AT.1',
    aud: 'api://default',
    cid: 'app-1',
    sub: 'app-1',
    scp: ['orders.read', 'orders.write'],
  }),
  entraV2: (iss: string) => ({
    ...timesFrom(Date.now()),
    iss,
    aud: '6e74172b-be56-4843-9ff4-e66a39bb12e3',
    azp: 'app-1',
    azpacr: '1',
    oid: 'o1',
    roles: ['Orders.Read'],
    tid: 't1',
    uti: 'u1',
    ver: '2.0',
  }),
  entraV1: (iss: string) => ({
    ...timesFrom(Date.now()),
    iss,
    aud: 'api://orders',
    appid: 'app-1',
    appidacr: '1',
    scp: 'orders.read',
    tid: 't1',
    uti: 'u1',
    ver: '1.0',
  }),
  ping: (iss: string) => ({
    ...timesFrom(Date.now()),
    iss,
    aud: ['orders'],
    client_id: 'app-1',
    scope: 'orders.read orders.write',
    env: 'e1',
  }),
  keycloak: (iss: string) => ({
    ...timesFrom(Date.now()),
    iss,
    typ: 'Bearer',
    aud: 'account',
    azp: 'app-1',
    client_id: 'app-1',
    scope: 'profile email',
    realm_access: { roles: ['gold'] },
    resource_access: { orders: { roles: ['reader'] } },
  }),
  auth0: (iss: string) => ({
    ...timesFrom(Date.now()),
    iss,
    sub: 'app-1@clients',
    aud: ['https://orders.example', `${iss}/userinfo`],
    azp: 'app-1',
    gty: 'client-credentials',
    scope: 'orders.read',
    permissions: ['orders.read'],
  }),
  cognito: (iss: string) => ({
    ...timesFrom(Date.now()),
    iss,
    token_use: 'access',
    client_id: 'app-1',
    scope: 'orders/read',
    version: 2,
    'cognito:groups': ['gold'],
  }),
} as const;

function timesFrom(nowMs: number) {
  const iat = Math.floor(nowMs / 1000);
  return { iat, nbf: iat, exp: iat + 300 };
}
