import type { MaybePromise, Step } from '../lib/step.ts';
import type { Pair } from './credentials/credential.ts';
import type { GrantPlan } from './policy.ts';
import type { Refusal } from './refusal.ts';

/** Claims of a verified token. Parsed JSON, so read own properties only (see claims.ts). */
export type Claims = Readonly<Record<string, unknown>>;

/** How a caller authenticated (names of Kong's `auth_methods`). */
export type AuthMethod = 'bearer' | 'introspection' | 'client_credentials' | 'password' | 'session';

/** What a provider vouched for. Policy (audience, scopes, groups) is not judged yet. */
export interface VerifiedToken {
  /** Name of the identity provider in the configuration. */
  readonly provider: string;
  /** `iss` of the token, or the provider's issuer where an introspection answer has none. */
  readonly issuer: string;
  readonly method: AuthMethod;
  readonly claims: Claims;
  /**
   * Epoch milliseconds of the earliest end that is known, of which the claims need not tell: `exp`,
   * `max_token_age`, what introspection or the token endpoint said. Null = none is known.
   */
  readonly expiresAt: number | null;
}

/** Where a verified token came from. */
export type CacheResult = 'hit' | 'miss' | 'stale';

export interface TokenToVerify {
  readonly token: string;
  /** Address of the caller as Envoy saw it, to keep one caller's garbage from starving the others. */
  readonly source: string;
}

/** Which providers may be asked about a Service's tokens, and how. */
export interface TokenPlan {
  /** Provider names in the order of the configuration. */
  readonly providers: readonly string[];
  /** `bearer` is on: a JWT is verified by its provider's keys. */
  readonly verifyJwt: boolean;
  /** `introspection` is on: opaque tokens, and JWTs where `bearer` is off, are introspected. */
  readonly introspect: boolean;
  /** Several providers may be asked about one opaque token, one after the other. */
  readonly introspectInOrder: boolean;
}

export interface TokenVerdict {
  readonly token: VerifiedToken;
  readonly cache: CacheResult;
}

/** Port: proves a token, from a cache or by the provider. Never throws for what a caller can send. */
export type VerifyToken = (
  presented: TokenToVerify,
  plan: TokenPlan,
  signal: AbortSignal,
) => MaybePromise<Step<TokenVerdict, Refusal>>;

export interface PairToExchange {
  readonly pair: Pair;
  readonly alternative: Pair | null;
  /** As in {@link TokenToVerify}. */
  readonly source: string;
  /** An access token that is of no use any more: it is forgotten, and another one fetched. */
  readonly except?: string | undefined;
}

export interface ObtainedToken extends TokenVerdict {
  /** The id of the pair that the provider took, which may be the alternative's; with `password` a user. */
  readonly acceptedId: string;
  /** The access token itself. */
  readonly accessToken: string;
  /** Epoch milliseconds: when it was asked for, which is before it was issued. */
  readonly obtainedAt: number;
  /** The same by the steady clock. */
  readonly fetchedAt: number;
}

/**
 * Port: exchanges a pair for a verified token at the one provider of the plan (RFC 6749 sections 4.3
 * and 4.4), from a cache or by the provider. Never throws for what a caller can send.
 */
export type ObtainToken = (
  presented: PairToExchange,
  plan: GrantPlan,
  signal: AbortSignal,
) => MaybePromise<Step<ObtainedToken, Refusal>>;
