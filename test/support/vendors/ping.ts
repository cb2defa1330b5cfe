import type { VendorAnswer, VendorToken } from './vendor-token.ts';

export const pingFederateClient = 'billing-app';
export const pingOneClient = '5f4e3d2c-1b0a-4f9e-8d7c-6b5a4f3e2d1c';
const environment = 'abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6';

/** As an access token manager writes it; every claim is a matter of its settings. */
const federateMachine: VendorToken = {
  header: { 'pi.atm': 'q7bx' },
  claims: {
    scope: 'orders.read',
    client_id: pingFederateClient,
    aud: 'orders',
    jti: 'Wc6S0rXwzO6Ff1sQ',
  },
};

/** A group that is the only one comes as a string. */
const federateUser: VendorToken = {
  header: federateMachine.header,
  claims: {
    ...federateMachine.claims,
    scope: ['openid', 'orders.read'],
    groups: 'gold',
    sub: 'ada',
  },
};

/** Of a manager without "Issuer Claim Value". */
const federateWithoutIssuer: VendorToken = {
  header: federateMachine.header,
  claims: { ...federateMachine.claims, iss: undefined },
};

/** One group whose name has a space. */
const federateSpacedGroup: VendorToken = {
  header: federateUser.header,
  claims: { ...federateUser.claims, groups: 'gold partners' },
};

/** Neither `iss` nor `iat`, and no `aud` unless an attribute of that name is mapped. */
const federateIntrospection: VendorAnswer = {
  iss: undefined,
  token_type: 'Bearer',
  scope: 'orders.read',
  client_id: pingFederateClient,
  aud: 'orders',
};

/** No `sub` and no `sid`: no user took part. */
const oneMachine: VendorToken = {
  header: {},
  claims: {
    client_id: pingOneClient,
    jti: '0d1c2b3a-4f5e-4d6c-8b7a-9f8e7d6c5b4a',
    aud: ['https://orders.example.com'],
    scope: 'orders:read',
    'p1.rid': '7c6b5a4f-3e2d-4c1b-8a0f-9e8d7c6b5a4f',
  },
};

const oneUser: VendorToken = {
  header: { typ: 'at+jwt', x5t: 'vG0sPqN1tXo3mZ4yB5cD6eF7gH8' },
  claims: {
    ...oneMachine.claims,
    scope: 'openid orders:read',
    sub: '2b3c4d5e-6f7a-4b8c-9d0e-1f2a3b4c5d6e',
    sid: '9e8d7c6b-5a4f-4e3d-8c2b-1a0f9e8d7c6b',
    auth_time: 1_760_000_000,
    acr: 'Single_Factor',
    groups: ['gold'],
    env: environment,
  },
};

const oneIntrospection: VendorAnswer = {
  scope: 'orders:read',
  client_id: pingOneClient,
  token_type: 'Bearer',
  iat: 1_760_000_000,
  aud: ['https://orders.example.com'],
};

export const pingFederate = {
  machine: federateMachine,
  user: federateUser,
  withoutIssuer: federateWithoutIssuer,
  spacedGroup: federateSpacedGroup,
  introspection: federateIntrospection,
};
export const pingOne = { machine: oneMachine, user: oneUser, introspection: oneIntrospection };
