import type { RevocationList } from '../../../../src/authz/revocations.ts';
import { deny, unavailable } from '../../../../src/authz/refusal.ts';
import type { DenyReason, Outage } from '../../../../src/authz/reasons.ts';
import { halt, pass } from '../../../../src/lib/step.ts';
import { consumerOf, headersOf, policyOf, sessionPolicyOf } from '../../../support/builders.ts';
import { aclOf, anonymousConsumer, basic, registered, type World } from '../decide-in.ts';

function refusedToken(reason: DenyReason, detail?: string): World {
  return { verifyToken: () => halt(deny(reason, detail)) };
}

const revoked: RevocationList = {
  hasToken: () => true,
  hasTokenText: () => true,
  hasJti: () => false,
  hasSession: () => false,
  ofClient: () => null,
  ofConsumer: () => null,
};

const proving = { ...policyOf().proof, dpop: 'optional', publicUrl: 'https://a.example' } as const;

function withoutNonce(): World {
  return {
    policy: { proof: proving },
    claims: { cnf: { jkt: 'x' } },
    request: { headers: headersOf(['authorization', 'DPoP good-token'], ['dpop', 'proof']) },
    ports: {
      proofs: {
        checkDpop: () => halt(deny('proof_nonce_required')),
        certificateThumbprint: () => null,
      },
    },
  };
}

export interface RefusedWorld extends World {
  /** A word that the advice has to have. */
  readonly advice: string;
}

/** A world for each reason; a reason without one is a compile error. */
export const refusedWorlds: Readonly<Record<DenyReason | Outage, RefusedWorld>> = {
  policy_unknown: {
    request: { contextExtensions: new Map([['service', 'billing']]) },
    advice: 'its Services: orders',
  },
  credential_missing: {
    request: { headers: headersOf() },
    advice: 'Authorization: Bearer <token>',
  },
  credential_malformed: {
    request: { headers: headersOf(['authorization', 'Bearer a token']) },
    advice: 'RFC 6750',
  },
  credential_ambiguous: {
    request: { headers: headersOf(['authorization', 'Bearer a,Bearer b']) },
    advice: 'Send exactly one',
  },
  token_malformed: { ...refusedToken('token_malformed'), advice: 'introspection' },
  token_signature_invalid: { ...refusedToken('token_signature_invalid'), advice: 'JWKS' },
  token_expired: { ...refusedToken('token_expired', 'exp passed'), advice: 'Fetch a new token' },
  token_not_yet_valid: { ...refusedToken('token_not_yet_valid'), advice: 'clocks' },
  token_issuer_mismatch: {
    ...refusedToken('token_issuer_mismatch'),
    advice: 'Accepted here: https://idp.example.com',
  },
  token_inactive: { ...refusedToken('token_inactive'), advice: 'revoked, expired' },
  token_revoked: {
    ports: { revocations: { current: () => pass(revoked) } },
    advice: 'Fetch a new token',
  },
  session_invalid: {
    policy: { session: sessionPolicyOf() },
    request: { headers: headersOf(['cookie', '__Host-postern_session=damaged']) },
    ports: {
      sessions: {
        resume: () => halt(deny('session_invalid')),
        clearing: () => [],
        open: () => null,
        renew: () => null,
        end: () => pass(null),
      },
    },
    advice: 'Authenticate again',
  },
  client_rejected: {
    ...basic,
    ports: { obtainToken: () => halt(deny('client_rejected')) },
    advice: 'Compare them with the application',
  },
  token_proof_invalid: {
    claims: { cnf: { jkt: 'x' } },
    advice: 'DPoP-bound tokens are not accepted here',
  },
  proof_nonce_required: { ...withoutNonce(), advice: 'repeat the request with the nonce' },
  token_audience_mismatch: {
    policy: { audienceRequired: [['api://orders']] },
    claims: { aud: ['api://billing'] },
    advice: 'whose audience holds api://orders',
  },
  scope_insufficient: {
    policy: { scopesRequired: [['orders.read']] },
    advice: 'a token with: orders.read',
  },
  claim_refused: {
    policy: { claimsRequired: [{ path: ['tenant'], values: new Set(['acme']) }] },
    claims: { tenant: 'another' },
    advice: 'claims_required',
  },
  consumer_claim_missing: { claims: { client_id: 7 }, advice: 'into client_id' },
  consumer_unknown: { consumers: [], advice: 'whose custom_id is billing' },
  registration_missing: {
    policy: { registrationRequired: true },
    advice: 'postern registrations create',
  },
  registration_requested: {
    ...registered('requested'),
    advice: 'postern registrations approve',
  },
  registration_rejected: { ...registered('rejected'), advice: 'postern registrations approve' },
  registration_revoked: { ...registered('revoked'), advice: 'postern registrations approve' },
  registration_suspended: {
    ...registered('approved', true),
    advice: 'postern registrations resume',
  },
  group_not_allowed: {
    policy: { acl: aclOf('allow', 'gold', 'silver') },
    consumers: [consumerOf({ groups: new Set(['bronze']) })],
    advice:
      'one of the groups gold, silver; it has: bronze. Names are compared exactly. In the ' +
      `Consumers file, or with store.redis by: postern acls create --consumer ${consumerOf().id} --group gold`,
  },
  group_denied: {
    policy: { acl: aclOf('deny', 'bad') },
    consumers: [consumerOf({ groups: new Set(['bad']) })],
    advice: `it has: bad. In the Consumers file, or with store.redis by: postern acls delete --consumer ${consumerOf().id} bad`,
  },
  subject_anonymous: {
    policy: { acl: aclOf('allow', 'gold'), anonymous: 'anonymous' },
    consumers: [{ ...anonymousConsumer, groups: new Set<string>() }],
    request: { headers: headersOf() },
    advice: 'Authenticate with one of',
  },
  idp_unavailable: {
    verifyToken: () => halt(unavailable('idp_unavailable', 'no keys')),
    advice: '/readyz?verbose',
  },
  store_unavailable: {
    resolveConsumer: () => halt(unavailable('store_unavailable')),
    advice: 'Look at Redis',
  },
  overloaded: { verifyToken: () => halt(unavailable('overloaded')), advice: 'Add replicas' },
  deadline_exceeded: {
    resolveConsumer: () => halt(unavailable('deadline_exceeded')),
    advice: 'slow provider or store',
  },
  internal: {
    policy: { anonymous: 'anonymous' },
    consumers: [],
    request: { headers: headersOf() },
    advice: 'does not exist',
  },
};
