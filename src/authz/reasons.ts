/** Why a request was allowed. */
export type AllowReason = 'allowed' | 'route_open' | 'preflight';

/** Why policy says no. */
export type DenyReason =
  | 'credential_missing'
  | 'credential_malformed'
  | 'credential_ambiguous'
  | 'token_malformed'
  | 'token_signature_invalid'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'token_issuer_mismatch'
  | 'token_audience_mismatch'
  | 'token_inactive'
  | 'token_proof_invalid'
  | 'scope_insufficient'
  | 'consumer_claim_missing'
  | 'consumer_unknown'
  | 'registration_missing'
  | 'registration_requested'
  | 'registration_rejected'
  | 'registration_revoked'
  | 'registration_suspended'
  | 'group_not_allowed'
  | 'group_denied'
  | 'subject_anonymous'
  | 'policy_unknown';

/** Why no verdict could be reached. */
export type Outage =
  'idp_unavailable' | 'store_unavailable' | 'overloaded' | 'deadline_exceeded' | 'internal';

/** What a refusal says to the client; a Service may put its own words in place of the first two. */
export type PublicMessage =
  | 'Unauthorized'
  | 'Forbidden'
  | 'Bad Request'
  | 'You cannot consume this service'
  | 'Service Unavailable';

/** Which `WWW-Authenticate` a refusal carries (RFC 6750 section 3, RFC 9449 section 7.1). */
export type ChallengeKind =
  'none' | 'methods' | 'invalid_request' | 'invalid_token' | 'insufficient_scope' | 'proof';

export interface ReasonRow {
  readonly http: 400 | 401 | 403 | 503;
  /** gRPC status code, sent in `CheckResponse.status.code` and to gRPC callers. */
  readonly grpc: 3 | 7 | 14 | 16;
  readonly message: PublicMessage;
  readonly challenge: ChallengeKind;
  /** Whether a configured anonymous Consumer may take the request instead. */
  readonly anonymousMayStandIn: boolean;
  /** What happened, for the operator: goes to docs/denials.md, never to the client. */
  readonly meaning: string;
  /** What the operator can look at. */
  readonly remedy: string;
}

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
    meaning: 'The `Authorization` header is there but does not follow the grammar of its scheme.',
    remedy: 'Look at how the client builds the header; RFC 6750 section 2.1 has the form.',
  },
  credential_ambiguous: {
    ...badRequest,
    meaning: 'The request brought more than one credential, as two headers or joined by a comma.',
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
  token_proof_invalid: {
    ...unauthorized,
    challenge: 'proof',
    meaning: 'The token is bound to a key (`cnf`), and a proof of possession is not accepted here.',
    remedy: 'Ask the provider for an unbound token.',
  },
  scope_insufficient: {
    ...forbidden,
    challenge: 'insufficient_scope',
    meaning: 'The token’s scopes do not meet `scopes_required`.',
    remedy: 'Ask the provider for the scopes that the challenge names; look at `scopes_claims`.',
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
    remedy: 'Look at the detail in the log, and at `postern_idp_requests_total`.',
  },
  store_unavailable: {
    ...unavailable,
    meaning: 'The Consumer store did not answer, or holds a record that cannot be read.',
    remedy: 'Look at Redis, and at the detail in the log.',
  },
  overloaded: {
    ...unavailable,
    meaning: 'More than `max_in_flight` checks were under way.',
    remedy: 'Add replicas, or look for a slow provider or store.',
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
