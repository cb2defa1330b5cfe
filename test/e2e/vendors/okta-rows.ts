import { oktaClient } from '../../support/vendors/okta.ts';
import { jwt, opaque } from '../../support/vendors/vendor-rig.ts';
import { vendorTokens } from '../../support/vendors/vendor-tokens.ts';
import { groups, identifier, introspected, withClaims, type VendorRow } from './vendor-row.ts';

const { okta } = vendorTokens;

/** See docs/providers/okta.md. */
export const oktaRows: readonly VendorRow[] = [
  ['an application’s token', 'okta', jwt(okta.machine), 'allowed', identifier(oktaClient)],
  ['a user’s token', 'okta', jwt(okta.user), 'allowed', identifier('ada@example.com')],
  ['a user’s groups', 'okta-by-groups', jwt(okta.user), 'allowed', groups('Everyone, gold')],
  ['client_id and scope', 'okta', opaque(okta.introspection), 'allowed', introspected],
  [
    'client_id, but only cid is mapped',
    'okta-cid-only',
    opaque(okta.introspection),
    'consumer_claim_missing',
  ],
  ['a token of the org server', 'okta', jwt(okta.orgToken), 'token_issuer_mismatch'],
  ['an ID token', 'okta', jwt(okta.idToken), 'token_audience_mismatch'],
  [
    'a token without the scope',
    'okta',
    jwt(withClaims(okta.machine, { scp: ['orders.write'] })),
    'scope_insufficient',
  ],
  ['a token bound by DPoP', 'okta', jwt(okta.bound), 'token_proof_invalid'],
  ['a token it calls inactive', 'okta', opaque(null), 'token_inactive'],
];
