import type { VendorToken } from './vendor-token.ts';

export const entraClient = '3fd4c1b2-7a6e-4f0d-9b8c-5e2a1d0c9b8a';
const api = '6e74172b-be56-4843-9ff4-e66a39bb12e3';
const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';

/** With the slash; the metadata are at `https://login.microsoftonline.com`. */
export const entraIssuerV1 = `https://sts.windows.net/${tenant}/`;

const common = {
  aio: 'k2RgYHh/Z2d8cWbT0e8bLt0BAA==',
  rh: '0.AAAAq7u7qgAAzMwREd3dIiLu7isXdG5WvkNIn_TmaXm7EuM',
  tid: tenant,
  uti: 'mFvXy1sBkUyJm1v0Qz4AAA',
};

/** Of an application by itself: permissions are `roles`, and there is no `scp`. */
const machine: VendorToken = {
  header: { typ: 'JWT' },
  claims: {
    ...common,
    aud: api,
    azp: entraClient,
    azpacr: '1',
    oid: '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
    roles: ['Orders.Read'],
    sub: '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
    ver: '2.0',
  },
};

const user: VendorToken = {
  header: { typ: 'JWT' },
  claims: {
    ...common,
    aud: api,
    azp: entraClient,
    azpacr: '0',
    groups: ['gold', '9b8a7c6d-5e4f-3a2b-1c0d-e9f8a7b6c5d4'],
    name: 'Ada',
    oid: '1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d',
    preferred_username: 'ada@example.com',
    scp: 'Orders.Read',
    sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
    ver: '2.0',
  },
};

/** Version 1: another issuer, another name for the client, `x5t` in the header. */
const machineV1: VendorToken = {
  header: { typ: 'JWT', x5t: 'i6lGk3FZzxRcUb2C3nEQ7syHJlY' },
  claims: {
    ...common,
    iss: entraIssuerV1,
    aud: 'api://orders',
    appid: entraClient,
    appidacr: '1',
    idp: entraIssuerV1,
    oid: '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
    roles: ['Orders.Read'],
    sub: '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0',
    ver: '1.0',
  },
};

const userV1: VendorToken = {
  header: machineV1.header,
  claims: {
    ...common,
    iss: entraIssuerV1,
    acr: '1',
    amr: ['pwd'],
    aud: 'api://orders',
    appid: entraClient,
    appidacr: '0',
    ipaddr: '192.0.2.7',
    name: 'Ada',
    oid: '1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d',
    scp: 'Orders.Read',
    sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
    unique_name: 'ada@example.com',
    ver: '1.0',
  },
};

/** Any application of the tenant gets one for any API that does not require assignment. */
const withoutRoles: VendorToken = {
  header: machine.header,
  claims: { ...machine.claims, roles: undefined },
};

/** A user in more groups than a token holds: a pointer to where they can be read. */
const overage: VendorToken = {
  header: user.header,
  claims: {
    ...user.claims,
    groups: undefined,
    _claim_names: { groups: 'src1' },
    _claim_sources: {
      src1: { endpoint: `https://graph.windows.net/${tenant}/users/1a2b3c4d/getMemberObjects` },
    },
  },
};

const forAnotherApi: VendorToken = {
  header: machine.header,
  claims: { ...machine.claims, aud: '7f85283c-cf67-4954-a005-f77b4acc23f4' },
};

/** For Microsoft Graph, whose tokens have a `nonce` and are for Graph alone to verify. */
const graph: VendorToken = {
  header: { typ: 'JWT', nonce: 'Zy1xWv2uTs3rQp4oNm5lKj6iHg7fEd8c' },
  claims: { ...machine.claims, aud: '00000003-0000-0000-c000-000000000000' },
};

export const entra = {
  machine,
  user,
  machineV1,
  userV1,
  withoutRoles,
  overage,
  forAnotherApi,
  graph,
};
