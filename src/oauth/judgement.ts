import type { Refusal } from '../authz/refusal.ts';
import type { VerifiedToken } from '../authz/token.ts';

/** What a provider's keys or its introspection say about one token. */
export type Judgement =
  | {
      readonly kind: 'verified';
      readonly token: VerifiedToken;
      readonly validity: Validity;
      /** Key that verified it ({@link PublicKey.id}); null where a provider's plain word was taken. */
      readonly keyId: string | null;
    }
  | {
      readonly kind: 'refused';
      readonly refusal: Refusal;
      /** Epoch milliseconds from which the answer may differ; null = no such moment is known. */
      readonly retryAt: number | null;
    };

/** When a token is good, in epoch milliseconds; null = no such bound. */
export interface Validity {
  readonly notBefore: number | null;
  readonly expiresAt: number | null;
}

export function refused(
  refusal: Refusal,
  retryAt: number | null = null,
): Judgement & { kind: 'refused' } {
  return { kind: 'refused', refusal, retryAt };
}
