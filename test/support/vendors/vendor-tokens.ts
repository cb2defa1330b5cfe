import { auth0 } from './auth0.ts';
import { cognito } from './cognito.ts';
import { entra } from './entra.ts';
import { keycloak } from './keycloak.ts';
import { okta } from './okta.ts';
import { pingFederate, pingOne } from './ping.ts';

/** Tokens as the products' documentation shows them: good ones, and ones to be refused. */
export const vendorTokens = {
  okta,
  entra,
  pingFederate,
  pingOne,
  keycloak,
  auth0,
  cognito,
} as const;

export type { VendorToken } from './vendor-token.ts';
