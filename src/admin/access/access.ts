import type { AdminToken } from './find-token.ts';

/**
 * How a listener tells who calls: known from what it listens on, never from what a connection looks
 * like.
 */
export type Access =
  /** Whoever can open the socket's file is an administrator. */
  | { readonly by: 'socket' }
  /** Whoever brings a certificate that the listener trusts is an administrator. */
  | { readonly by: 'certificate' }
  /** None = nobody. */
  | { readonly by: 'token'; readonly tokens: readonly AdminToken[] };
