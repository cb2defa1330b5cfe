import { auth0Rows } from './auth0-rows.ts';
import { cognitoRows } from './cognito-rows.ts';
import { entraRows } from './entra-rows.ts';
import { genericRows } from './generic-rows.ts';
import { keycloakRows } from './keycloak-rows.ts';
import { oktaRows } from './okta-rows.ts';
import { pingRows } from './ping-rows.ts';
import type { VendorRow } from './vendor-row.ts';

/** By page of docs/providers. */
export const vendorRows: Readonly<Record<string, readonly VendorRow[]>> = {
  okta: oktaRows,
  entra: entraRows,
  ping: pingRows,
  keycloak: keycloakRows,
  auth0: auth0Rows,
  cognito: cognitoRows,
  generic: genericRows,
};
