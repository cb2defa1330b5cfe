import { jwt } from '../../support/vendors/vendor-rig.ts';
import { vendorTokens } from '../../support/vendors/vendor-tokens.ts';
import { groups, type VendorRow } from './vendor-row.ts';

const { cognito } = vendorTokens;

/** See docs/providers/cognito.md. */
export const cognitoRows: readonly VendorRow[] = [
  ['an application’s token', 'cognito', jwt(cognito.machine), 'allowed'],
  ['a user’s token', 'cognito', jwt(cognito.user), 'allowed'],
  [
    'a user’s groups',
    'cognito-by-groups',
    jwt(cognito.user),
    'allowed',
    groups('gold, eu-west-1_Example_Okta'),
  ],
  ['a token with an audience', 'cognito-bound', jwt(cognito.bound), 'allowed'],
  ['no aud', 'cognito-audience', jwt(cognito.machine), 'token_audience_mismatch'],
  ['an ID token', 'cognito', jwt(cognito.idToken), 'scope_insufficient'],
  ['an ID token, no scopes asked', 'cognito-no-scope', jwt(cognito.idToken), 'claim_refused'],
  [
    'an ID token, nothing asked',
    'cognito-anything',
    jwt(cognito.idToken),
    'consumer_claim_missing',
  ],
  ['a scope cut short', 'cognito-short-scope', jwt(cognito.machine), 'scope_insufficient'],
  ['a token of the Cognito API', 'cognito', jwt(cognito.byApi), 'scope_insufficient'],
];
