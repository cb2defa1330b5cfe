import type { Policy } from '../policy.ts';
import type { Deny } from '../refusal.ts';
import type { AuthzRequest } from '../request.ts';

/** Where a credential stood, so that `hide_credentials` can take it away. */
export type Place =
  | { readonly kind: 'header'; readonly name: string }
  /** Names as they stand in the query, undecoded. */
  | { readonly kind: 'query'; readonly names: readonly string[] }
  | { readonly kind: 'cookie'; readonly name: string }
  /** Bodies cannot be changed by ext_authz. */
  | { readonly kind: 'body' };

/** An access token (RFC 6750, RFC 9449). */
export interface TokenCredential {
  readonly kind: 'token';
  readonly scheme: 'bearer' | 'dpop';
  readonly token: string;
  readonly place: Place;
}

/** Client id and secret, or user name and password: to be exchanged for a token. */
export interface PairCredential {
  readonly kind: 'pair';
  readonly pair: Pair;
  /** The same, form-decoded (RFC 6749 section 2.3.1), to be tried if the first is not known. */
  readonly alternative: Pair | null;
  readonly place: Place;
}

/** What `readPair` let through: neither part empty, and both within its limits. */
export interface Pair {
  readonly id: string;
  readonly secret: string;
}

/** A session cookie; what is in it is the business of {@link Sessions}. */
export interface SessionCredential {
  readonly kind: 'session';
  readonly cookie: string;
  readonly place: Place;
}

/** What the caller brought to prove who it is. */
export type Credential = TokenCredential | PairCredential | SessionCredential;

/** Looks in one place: a credential, a refusal, or null when that place holds none of its kind. */
export type ReadCredential = (request: AuthzRequest, policy: Policy) => Credential | Deny | null;
