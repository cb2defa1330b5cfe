import type { MaybePromise, Step } from '../lib/step.ts';
import type { SessionPolicy } from './policy.ts';
import type { HeaderLine, Refusal, Unavailable } from './refusal.ts';
import type { SessionMarks } from './revocations.ts';
import type { AuthMethod, VerifiedToken } from './token.ts';

/** A session that a cookie stands for. */
export interface Session {
  /** Its `method` is `session`; its claims are those that the policy asks for. */
  readonly token: VerifiedToken;
  /** How its caller authenticated at the start. */
  readonly openedBy: AuthMethod;
  /** As in {@link SessionOpening}. */
  readonly credentialIdentifier: string | null;
  /** What a revocation may know it by. */
  readonly marks: SessionMarks;
  /** What {@link Sessions.renew} needs to renew it; nobody else looks inside. */
  readonly state: object;
}

/** A token that a session may stand for from now on. */
export interface SessionOpening {
  readonly token: VerifiedToken;
  /** The access token itself, of which the session keeps a hash. */
  readonly accessToken: string;
  /** What goes upstream as `X-Credential-Identifier` whatever the claims say: a Basic client id. */
  readonly credentialIdentifier: string | null;
  /** When the token was issued, or fetched by Postern; epoch milliseconds, null = not known. */
  readonly issuedAt: number | null;
  /** The session cookie that came along, in case it is still good. */
  readonly cookie: string | null;
}

/**
 * Port: sessions in sealed cookies or in Redis. A session is bound to its Service, its provider and
 * the rules of the policy; it never outlives its token.
 */
export interface Sessions {
  /**
   * Reads a session cookie. `session_invalid`, with a `set-cookie` that clears it, for whatever is
   * tampered, expired, of another Service or sealed with a retired key.
   */
  resume(
    cookie: string,
    policy: SessionPolicy,
    signal: AbortSignal,
  ): MaybePromise<Step<Session, Refusal>>;
  /**
   * Value of `set-cookie`; null where none is due: once per token, and not beside a good session of
   * the same caller.
   */
  open(
    opening: SessionOpening,
    policy: SessionPolicy,
    signal: AbortSignal,
  ): MaybePromise<string | null>;
  /** Goes with every refusal of a session: its cookie is cleared. */
  clearing(policy: SessionPolicy): readonly HeaderLine[];
  /** Value of `set-cookie` once a quarter of the idle time has passed; else null. */
  renew(session: Session, policy: SessionPolicy, signal: AbortSignal): MaybePromise<string | null>;
  /**
   * Ends the sessions of these cookies, if any. Gives the `set-cookie` that clears them; null where
   * no cookie came: a browser that keeps its cookie from a forged request must not lose it by that.
   */
  end(
    cookies: readonly string[],
    policy: SessionPolicy,
    signal: AbortSignal,
  ): MaybePromise<Step<string | null, Unavailable>>;
}
