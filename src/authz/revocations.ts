import type { MaybePromise, Step } from '../lib/step.ts';
import type { Unavailable } from './refusal.ts';

/** Whatever was issued to somebody up to a moment. */
export interface RevokedUpTo {
  /** Epoch milliseconds, by the clock of who revoked: of tokens that tell when they were issued. */
  readonly notBefore: number;
  /**
   * By the steady clock of this process: when it heard of it. What Postern fetched before is met,
   * however clocks differ or are set.
   */
  readonly learntAt: number;
}

/** All that is revoked. Look-ups in memory: nothing is asked for, nothing is awaited. */
export interface RevocationList {
  /** `tokenHash`: as in {@link SessionMarks}. */
  hasToken(tokenHash: string): boolean;
  /** The same of the text itself, which is hashed only if any token is revoked. */
  hasTokenText(token: string): boolean;
  /** For any issuer, or for this one alone. */
  hasJti(jti: string, issuer: string): boolean;
  /** `session`: {@link SessionMarks.id}. */
  hasSession(session: string): boolean;
  /** Likewise; the later one, where there are two. */
  ofClient(clientId: string, issuer: string): RevokedUpTo | null;
  ofConsumer(consumerId: string): RevokedUpTo | null;
}

/** Port: what was revoked, known in this process before a request asks. */
export interface Revocations {
  /**
   * At once while the list may be believed; `store_unavailable` where it may not and its store cannot
   * be asked. Null = nothing is revoked.
   */
  current(signal: AbortSignal): MaybePromise<Step<RevocationList | null, Unavailable>>;
}

/** What names a session, and the token that it was opened for, to a revocation. */
export interface SessionMarks {
  /** The same for every cookie of a session, and no secret. */
  readonly id: string;
  /** SHA-256, base64url, of what cannot be spelt otherwise of the access token: `revocableText`. */
  readonly tokenHash: string;
  readonly jti: string | null;
  /** When the token was issued, or fetched by Postern; epoch milliseconds, null = not known. */
  readonly issuedAt: number | null;
}
