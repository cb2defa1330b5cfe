import type { DenyReason, Outage } from '../reasons.ts';

/** The steps of a decision, in the order in which they are taken. */
export const stepNames = [
  'policy',
  'credential',
  'token',
  'proof',
  'claims',
  'consumer',
  'registration',
  'acl',
  'headers',
] as const;
export type StepName = (typeof stepNames)[number];

/** The step that a reason belongs to; of an outage the one that it most often stands in. */
export const stepOfReason = {
  policy_unknown: 'policy',
  credential_missing: 'credential',
  credential_malformed: 'credential',
  credential_ambiguous: 'credential',
  token_malformed: 'token',
  token_signature_invalid: 'token',
  token_expired: 'token',
  token_not_yet_valid: 'token',
  token_issuer_mismatch: 'token',
  token_inactive: 'token',
  token_revoked: 'token',
  session_invalid: 'token',
  client_rejected: 'token',
  token_proof_invalid: 'proof',
  proof_nonce_required: 'proof',
  token_audience_mismatch: 'claims',
  scope_insufficient: 'claims',
  claim_refused: 'claims',
  consumer_claim_missing: 'consumer',
  consumer_unknown: 'consumer',
  registration_missing: 'registration',
  registration_requested: 'registration',
  registration_rejected: 'registration',
  registration_revoked: 'registration',
  registration_suspended: 'registration',
  group_not_allowed: 'acl',
  group_denied: 'acl',
  subject_anonymous: 'acl',
  idp_unavailable: 'token',
  store_unavailable: 'consumer',
  overloaded: 'token',
  deadline_exceeded: 'token',
  internal: 'consumer',
} as const satisfies Record<DenyReason | Outage, StepName>;
