import { auth0Client } from '../../support/vendors/auth0.ts';
import { jwt, text } from '../../support/vendors/vendor-rig.ts';
import { vendorTokens } from '../../support/vendors/vendor-tokens.ts';
import { groups, identifier, type VendorRow } from './vendor-row.ts';

const { auth0 } = vendorTokens;

/** See docs/providers/auth0.md. */
export const auth0Rows: readonly VendorRow[] = [
  [
    'an application’s token',
    'auth0',
    jwt(auth0.machine),
    'allowed',
    identifier(`${auth0Client}@clients`),
  ],
  ['an application’s token, RFC 9068', 'auth0', jwt(auth0.machineRfc9068), 'allowed'],
  ['a user’s token', 'auth0', jwt(auth0.user), 'allowed'],
  ['a user’s groups', 'auth0-by-groups', jwt(auth0.user), 'allowed', groups('gold')],
  ['an issuer without slash', 'auth0-without-slash', jwt(auth0.machine), 'token_issuer_mismatch'],
  ['an encrypted token', 'auth0', text(auth0.encrypted), 'token_malformed'],
  ['an ID token', 'auth0', jwt(auth0.idToken), 'token_audience_mismatch'],
  ['no permission', 'auth0', jwt(auth0.withoutPermission), 'claim_refused'],
];
