import { jwt, opaque } from '../../support/vendors/vendor-rig.ts';
import type { VendorToken } from '../../support/vendors/vendor-tokens.ts';
import { groups, introspected, refusedClient, withClaims, type VendorRow } from './vendor-row.ts';

export /** As RFC 9068 has it, and with a path into an object. */
const plain: VendorToken = {
  header: { typ: 'at+jwt' },
  claims: {
    aud: 'orders',
    sub: 'ada',
    client_id: 'plain-app',
    scope: 'orders.read',
    authorization: { groups: ['gold'] },
  },
};

/** See docs/providers/generic.md. */
export const genericRows: readonly VendorRow[] = [
  ['an RFC 9068 token', 'corporate', jwt(plain), 'allowed'],
  ['groups in an object', 'corporate-by-groups', jwt(plain), 'allowed', groups('gold')],
  ['an introspected token', 'corporate', opaque(plain.claims), 'allowed', introspected],
  [
    'another name for the client',
    'corporate',
    jwt(withClaims(plain, { client_id: undefined, application: 'plain-app' })),
    'consumer_claim_missing',
  ],
  [
    'a list for the client',
    'corporate',
    jwt(withClaims(plain, { client_id: ['plain-app'] })),
    'consumer_claim_missing',
  ],
  [
    'an unknown client',
    'corporate',
    jwt(withClaims(plain, { client_id: 'x' })),
    'consumer_unknown',
  ],
  [
    'another issuer',
    'corporate',
    jwt(withClaims(plain, { iss: 'https://sso.example.net/' })),
    'token_issuer_mismatch',
  ],
  ['another API', 'corporate', jwt(withClaims(plain, { aud: 'x' })), 'token_audience_mismatch'],
  [
    'another type',
    'corporate',
    jwt({ ...plain, header: { typ: 'secevent+jwt' } }),
    'token_malformed',
  ],
  ['a refusal of Postern’s client', 'corporate', refusedClient, 'idp_unavailable'],
];
