import { pingOneClient } from '../../support/vendors/ping.ts';
import { jwt, jwtOfExtraKeys, jwtOfNobody, opaque } from '../../support/vendors/vendor-rig.ts';
import { vendorTokens } from '../../support/vendors/vendor-tokens.ts';
import {
  groups,
  identifier,
  introspected,
  refusedClient,
  withClaims,
  type VendorRow,
} from './vendor-row.ts';

const { pingFederate, pingOne } = vendorTokens;

/** See docs/providers/ping.md. */
export const pingRows: readonly VendorRow[] = [
  ['an application’s token', 'pingfederate', jwt(pingFederate.machine), 'allowed'],
  ['a list of scopes', 'pingfederate', jwt(pingFederate.user), 'allowed', identifier('ada')],
  ['one group', 'pingfederate-by-groups', jwt(pingFederate.user), 'allowed', groups('gold')],
  [
    'a group with a space',
    'pingfederate-by-groups',
    jwt(pingFederate.spacedGroup),
    'allowed',
    groups('gold, partners'),
  ],
  ['a manager’s own key', 'pingfederate', jwtOfExtraKeys(pingFederate.machine), 'allowed'],
  [
    'a key that is nowhere',
    'pingfederate',
    jwtOfNobody(pingFederate.machine),
    'token_signature_invalid',
  ],
  ['no issuer', 'pingfederate', jwt(pingFederate.withoutIssuer), 'token_issuer_mismatch'],
  [
    'a reference token',
    'pingfederate',
    opaque(pingFederate.introspection),
    'allowed',
    introspected,
  ],
  [
    'a reference token without aud',
    'pingfederate',
    opaque({ ...pingFederate.introspection, aud: undefined }),
    'token_audience_mismatch',
  ],
  ['a token of another manager', 'pingfederate', opaque(null), 'token_inactive'],
  ['an application’s token', 'pingone', jwt(pingOne.machine), 'allowed', identifier(null)],
  [
    'no sub, but client_id in its place',
    'pingone-identifier',
    jwt(pingOne.machine),
    'allowed',
    identifier(pingOneClient),
  ],
  ['a user’s token of type at+jwt', 'pingone', jwt(pingOne.user), 'allowed'],
  ['a user’s groups', 'pingone-by-groups', jwt(pingOne.user), 'allowed', groups('gold')],
  ['type at+jwt where only JWT is', 'pingone-jwt-only', jwt(pingOne.user), 'token_malformed'],
  ['an introspected token', 'pingone', opaque(pingOne.introspection), 'allowed', introspected],
  ['a refusal of Postern’s client', 'pingone', refusedClient, 'idp_unavailable'],
  [
    'a token without the scope',
    'pingone',
    jwt(withClaims(pingOne.machine, { scope: 'orders:write' })),
    'scope_insufficient',
  ],
];
