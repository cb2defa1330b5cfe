import type { MaybePromise, Step } from '../lib/step.ts';
import type { Refusal } from './refusal.ts';
import type { AuthzRequest } from './request.ts';
import type { ProofPolicy } from './policy.ts';

/** A DPoP proof to be checked (RFC 9449 section 4.3). */
export interface DpopQuestion {
  readonly request: AuthzRequest;
  readonly policy: ProofPolicy;
  /** The token that the proof goes with, for `ath`. */
  readonly accessToken: string;
  /** `cnf.jkt` of the token. */
  readonly thumbprint: string;
  /** Name of the Service: a proof used up at one is used up there. */
  readonly service: string;
}

/** Port: proofs of possession. Never throws for what a caller can send. */
export interface Proofs {
  /**
   * Passes with a fresh nonce for the answer, or null. `token_proof_invalid`; `proof_nonce_required`
   * with a `dpop-nonce` header; unavailable where the replay store cannot be asked.
   */
  checkDpop(
    question: DpopQuestion,
    signal: AbortSignal,
  ): MaybePromise<Step<{ readonly nonce: string | null }, Refusal>>;
  /** SHA-256 of a URL-encoded PEM certificate, base64url (RFC 8705 section 3.1); null if it is none. */
  certificateThumbprint(certificate: string): string | null;
}
