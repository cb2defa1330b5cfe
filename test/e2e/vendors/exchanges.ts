import { auth0Client } from '../../support/vendors/auth0.ts';
import { cognitoClient } from '../../support/vendors/cognito.ts';
import { entraClient } from '../../support/vendors/entra.ts';
import { keycloakClient } from '../../support/vendors/keycloak.ts';
import { oktaClient } from '../../support/vendors/okta.ts';
import { pingFederateClient, pingOneClient } from '../../support/vendors/ping.ts';
import { pair, type Bring } from '../../support/vendors/vendor-rig.ts';
import { vendorTokens } from '../../support/vendors/vendor-tokens.ts';
import { plain } from './generic-rows.ts';

const { okta, entra, pingFederate, pingOne, keycloak, auth0, cognito } = vendorTokens;

/** Client ids of all the tokens. */
export const vendorClients = [
  oktaClient,
  entraClient,
  pingFederateClient,
  pingOneClient,
  keycloakClient,
  auth0Client,
  cognitoClient,
  'plain-app',
] as const;

/** A pair that Postern exchanges at the provider of a Service, and what it asks there. */
export const exchanges: readonly (readonly [
  service: string,
  bring: Bring,
  asked: Readonly<Record<string, string>>,
])[] = [
  ['okta', pair(oktaClient, okta.machine), { scope: 'orders.read' }],
  [
    'entra',
    pair(entraClient, entra.machine),
    { scope: '6e74172b-be56-4843-9ff4-e66a39bb12e3/.default' },
  ],
  ['pingfederate', pair(pingFederateClient, pingFederate.machine), { scope: 'orders.read' }],
  ['pingone', pair(pingOneClient, pingOne.machine), { scope: 'orders:read' }],
  ['keycloak', pair(keycloakClient, keycloak.machine), { scope: 'orders.read' }],
  ['auth0', pair(auth0Client, auth0.machine), { audience: 'https://orders.example.com' }],
  ['cognito', pair(cognitoClient, cognito.machine), { scope: 'orders/read' }],
  ['corporate', pair('plain-app', plain), { scope: 'orders.read' }],
];
