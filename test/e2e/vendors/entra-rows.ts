import { entraIssuerV1 } from '../../support/vendors/entra.ts';
import { jwt, jwtOfNobody, text } from '../../support/vendors/vendor-rig.ts';
import { vendorTokens } from '../../support/vendors/vendor-tokens.ts';
import { groups, ofIssuer, type VendorRow } from './vendor-row.ts';

const { entra } = vendorTokens;

/** See docs/providers/entra.md. */
export const entraRows: readonly VendorRow[] = [
  ['an application’s roles', 'entra', jwt(entra.machine), 'allowed'],
  ['a user’s scp', 'entra', jwt(entra.user), 'allowed'],
  [
    'a user’s groups',
    'entra-by-groups',
    jwt(entra.user),
    'allowed',
    groups('gold, 9b8a7c6d-5e4f-3a2b-1c0d-e9f8a7b6c5d4'),
  ],
  ['an application where no user may', 'entra-no-users', jwt(entra.machine), 'allowed'],
  ['a user where none may', 'entra-no-users', jwt(entra.user), 'claim_refused'],
  ['version 1, of an application', 'entra-v1', jwt(entra.machineV1), 'allowed'],
  ['version 1, of a user', 'entra-v1', jwt(entra.userV1), 'allowed'],
  [
    'version 1 where both are taken',
    'entra-both',
    jwt(entra.machineV1),
    'allowed',
    ofIssuer(entraIssuerV1),
  ],
  ['version 2 where both are taken', 'entra-both', jwt(entra.machine), 'allowed'],
  ['version 1 where only 2 is', 'entra', jwt(entra.machineV1), 'token_issuer_mismatch'],
  ['no roles', 'entra', jwt(entra.withoutRoles), 'scope_insufficient'],
  ['a token for Graph', 'entra', jwtOfNobody(entra.graph), 'token_signature_invalid'],
  ['a token for another API', 'entra', jwt(entra.forAnotherApi), 'token_audience_mismatch'],
  ['more groups than fit', 'entra-asks-groups', jwt(entra.overage), 'claim_refused'],
  [
    'more groups than fit, where the Consumer’s count then',
    'entra-by-groups',
    jwt(entra.overage),
    'allowed',
    { headers: { 'x-consumer-groups': 'gold', 'x-authenticated-groups': null } },
  ],
  ['an opaque token', 'entra', text('EwB4A8l6BAAUbDba3x2OMJElkF7gJ4z'), 'token_malformed'],
];
