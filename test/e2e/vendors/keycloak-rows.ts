import { introspectedJwt, jwt, unsignedJwt } from '../../support/vendors/vendor-rig.ts';
import { vendorTokens } from '../../support/vendors/vendor-tokens.ts';
import { groups, introspected, withClaims, type VendorRow } from './vendor-row.ts';

const { keycloak } = vendorTokens;

/** See docs/providers/keycloak.md. */
export const keycloakRows: readonly VendorRow[] = [
  ['a service account’s token', 'keycloak', jwt(keycloak.machine), 'allowed'],
  ['a user’s token', 'keycloak', jwt(keycloak.user), 'allowed'],
  ['a user’s groups', 'keycloak-by-groups', jwt(keycloak.user), 'allowed', groups('gold')],
  ['a role of a client', 'keycloak-client-roles', jwt(keycloak.clientRole), 'allowed'],
  ['no role of a client', 'keycloak-client-roles', jwt(keycloak.machine), 'claim_refused'],
  ['no role', 'keycloak', jwt(keycloak.withoutRole), 'claim_refused'],
  ['aud of account', 'keycloak', jwt(keycloak.forAccount), 'token_audience_mismatch'],
  ['a lightweight token', 'keycloak', jwt(keycloak.lightweight), 'token_audience_mismatch'],
  [
    'a lightweight token that is introspected',
    'keycloak-lightweight',
    introspectedJwt(keycloak.lightweight, keycloak.introspection),
    'allowed',
    introspected,
  ],
  [
    'a lightweight token, asked whether it is active',
    'keycloak-asks-again',
    introspectedJwt(keycloak.lightweight, keycloak.introspection),
    'token_audience_mismatch',
  ],
  [
    'a token that the caller may not ask about',
    'keycloak-lightweight',
    jwt(keycloak.machine),
    'token_inactive',
  ],
  [
    'another host name',
    'keycloak',
    jwt(withClaims(keycloak.machine, { iss: 'http://keycloak:8080/realms/demo' })),
    'token_issuer_mismatch',
  ],
  ['an ID token', 'keycloak', jwt(keycloak.idToken), 'token_audience_mismatch'],
  ['a refresh token', 'keycloak', unsignedJwt(keycloak.refreshToken), 'token_signature_invalid'],
];
