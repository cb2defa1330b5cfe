/** Why a request was allowed. */
export type AllowReason = 'allowed' | 'route_open' | 'preflight';

/** What Postern itself replied with. */
export type AnswerReason = 'resource_metadata' | 'logout';

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
  | 'token_revoked'
  | 'session_invalid'
  | 'token_proof_invalid'
  | 'proof_nonce_required'
  | 'client_rejected'
  | 'scope_insufficient'
  | 'claim_refused'
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
  | 'none'
  | 'methods'
  | 'invalid_request'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'proof'
  | 'nonce'
  | 'basic';

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

/** gRPC status of an answer of Postern's own: Envoy needs another one than 0 to send it. */
export const answerGrpcStatus = 7;
