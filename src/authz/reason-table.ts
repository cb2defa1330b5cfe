import type { DenyReason, Outage, ReasonRow } from './reasons.ts';

const badRequest = {
  http: 400,
  grpc: 3,
  message: 'Bad Request',
  challenge: 'invalid_request',
  anonymousMayStandIn: false,
} as const;
const unauthorized = {
  http: 401,
  grpc: 16,
  message: 'Unauthorized',
  challenge: 'invalid_token',
  anonymousMayStandIn: true,
} as const;
const forbidden = {
  http: 403,
  grpc: 7,
  message: 'Forbidden',
  challenge: 'none',
  anonymousMayStandIn: false,
} as const;
const cannotConsume = { ...forbidden, message: 'You cannot consume this service' } as const;
const unavailable = {
  http: 503,
  grpc: 14,
  message: 'Service Unavailable',
  challenge: 'none',
  anonymousMayStandIn: false,
} as const;

/** The one table from a reason to what Envoy, the client and the operator see of it. */
export const reasonTable = {
  credential_missing: {
    ...unauthorized,
    challenge: 'methods',
    meaning: 'The request brought no credential of a method that this Service accepts.',
    remedy: 'Send `Authorization: Bearer <token>`, or look at `auth_methods` of the Service.',
  },
  credential_malformed: {
    ...badRequest,
    meaning: 'A credential is there but does not follow the grammar of its scheme or place.',
    remedy:
      'Look at how the client builds it (RFC 6750 section 2, RFC 7617); the log has the detail.',
  },
  credential_ambiguous: {
    ...badRequest,
    meaning: 'The request brought more than one credential, in two places or twice in one.',
    remedy: 'Send exactly one; look for a proxy that adds its own.',
  },
  token_malformed: {
    ...unauthorized,
    meaning:
      'The token is too long, cannot be parsed, or is opaque where no provider can introspect it.',
    remedy:
      'For opaque tokens give the provider a `client` and put `introspection` on the Service.',
  },
  token_signature_invalid: {
    ...unauthorized,
    meaning:
      'The signature does not verify, the algorithm is not allowed, or no current key of the provider has its `kid`.',
    remedy: 'Look at the provider’s JWKS and at `algorithms`; a withdrawn key ends its tokens.',
  },
  token_expired: {
    ...unauthorized,
    meaning: '`exp` is in the past, or a JWT has none.',
    remedy: 'Fetch a new token; for skewed clocks raise `leeway`.',
  },
  token_not_yet_valid: {
    ...unauthorized,
    meaning: '`nbf` or `iat` is in the future.',
    remedy: 'Look at both clocks; raise `leeway` for small skew.',
  },
  token_issuer_mismatch: {
    ...unauthorized,
    meaning: '`iss` is not one that a provider of this Service accepts.',
    remedy: 'Compare `iss` with `issuer` and `issuers_allowed`, trailing slash included.',
  },
  token_audience_mismatch: {
    ...unauthorized,
    meaning: '`aud` does not meet `audience_required` of the provider or the Service.',
    remedy: 'Ask the provider for a token for this API.',
  },
  token_inactive: {
    ...unauthorized,
    meaning: 'The provider’s introspection said `active: false`.',
    remedy: 'The token is revoked, expired or another provider’s.',
  },
  token_revoked: {
    ...unauthorized,
    meaning:
      'The token, its session, or all that its client or Consumer had been issued by then, was revoked at the Admin API.',
    remedy:
      'Fetch a new token. `postern tokens list` (`GET /revocations`) tells what is revoked; `postern tokens lift ID` (`DELETE /revocations/ID`) lifts what was a mistake.',
  },
  session_invalid: {
    ...unauthorized,
    meaning:
      'The session cookie is damaged, expired, of another Service, or older than the rules of this one.',
    remedy:
      'Authenticate again; the answer clears the cookie. Share `session.keys` among replicas.',
  },
  token_proof_invalid: {
    ...unauthorized,
    challenge: 'proof',
    meaning:
      'The token is bound to a key or certificate and came without a good proof of it, or is unbound where only bound ones count.',
    remedy:
      'Compare `public_url` with the `htu` of the client, its clock, and `proof_of_possession_*`; the log has the detail.',
  },
  proof_nonce_required: {
    ...unauthorized,
    challenge: 'nonce',
    meaning: 'The DPoP proof has no nonce of ours, or an old one.',
    remedy: 'Nothing: clients repeat the request with the nonce of the `DPoP-Nonce` header.',
  },
  client_rejected: {
    ...unauthorized,
    challenge: 'basic',
    meaning: 'The provider refused the client id and secret, or the user and password.',
    remedy: 'Compare them with the application at the provider; a new secret needs a new header.',
  },
  scope_insufficient: {
    ...forbidden,
    challenge: 'insufficient_scope',
    meaning: 'The token’s scopes do not meet `scopes_required`.',
    remedy: 'Ask the provider for the scopes that the challenge names; look at `scopes_claims`.',
  },
  claim_refused: {
    ...forbidden,
    meaning:
      'A claim, group or role that the Service requires is absent or differs, or a forbidden claim is there.',
    remedy:
      'Compare the token with `claims_required`, `claims_forbidden`, `groups_required` and `roles_required`; the log names the rule.',
  },
  consumer_claim_missing: {
    ...forbidden,
    anonymousMayStandIn: true,
    meaning: 'None of `consumer_claims` holds a usable string.',
    remedy:
      'Look at the token and at `consumer_claims`; the provider’s `preset` has its usual ones.',
  },
  consumer_unknown: {
    ...forbidden,
    anonymousMayStandIn: true,
    meaning: 'No Consumer has that value, or the one that has it is bound to another provider.',
    remedy: 'Add the Consumer with this client id as `custom_id`.',
  },
  registration_missing: {
    ...cannotConsume,
    meaning: 'The Consumer has no registration for this Service, which requires one.',
    remedy: 'Register the application for the Service.',
  },
  registration_requested: {
    ...cannotConsume,
    meaning: 'The registration waits for approval.',
    remedy: 'Approve it.',
  },
  registration_rejected: {
    ...cannotConsume,
    meaning: 'The registration was rejected.',
    remedy: 'Ask its owner to request again.',
  },
  registration_revoked: {
    ...cannotConsume,
    meaning: 'The registration was approved once and revoked since.',
    remedy: 'Register the application again if it should come back.',
  },
  registration_suspended: {
    ...cannotConsume,
    meaning: 'The registration is approved but suspended.',
    remedy: 'Resume it.',
  },
  group_not_allowed: {
    ...cannotConsume,
    meaning: 'No group of the subject is on the `acl.allow` list.',
    remedy: 'Give the Consumer one of the groups; names are compared exactly.',
  },
  group_denied: {
    ...cannotConsume,
    meaning: 'A group of the subject is on the `acl.deny` list, or its groups cannot be told.',
    remedy: 'Take the Consumer out of the group.',
  },
  subject_anonymous: {
    ...unauthorized,
    challenge: 'methods',
    anonymousMayStandIn: false,
    meaning: 'The anonymous Consumer, or nobody, has no groups against an `acl.allow` list.',
    remedy: 'Authenticate; or give the anonymous Consumer a group.',
  },
  policy_unknown: {
    ...forbidden,
    meaning: 'The Check names no Service, or a Service or Route that is not configured.',
    remedy: 'Compare `context_extensions` of the Envoy route with `services` of the configuration.',
  },
  idp_unavailable: {
    ...unavailable,
    meaning: 'The provider could not be asked, or its answer cannot be trusted.',
    remedy:
      'Look at the detail in the log and at `/readyz?verbose`, which tell why; and at `postern_idp_requests_total`.',
  },
  store_unavailable: {
    ...unavailable,
    meaning: 'The Consumer store did not answer, or holds a record that cannot be read.',
    remedy: 'Look at Redis, and at the detail in the log.',
  },
  overloaded: {
    ...unavailable,
    meaning:
      'More than `max_in_flight` checks were under way; or, without Redis, the memory of used DPoP proofs was full, in whole or for one key: the detail says which.',
    remedy:
      'Add replicas, or look for a slow provider or store; for proofs use `store.redis`, and see who sends so many.',
  },
  deadline_exceeded: {
    ...unavailable,
    meaning: 'The caller’s deadline came near before a verdict was reached.',
    remedy: 'Look for a slow provider or store; compare `timeout` of the Envoy filter.',
  },
  internal: {
    ...unavailable,
    meaning: 'A fault of Postern itself, or a configured anonymous Consumer that does not exist.',
    remedy: 'Look at the log; report what it shows.',
  },
} as const satisfies Record<DenyReason | Outage, ReasonRow>;
