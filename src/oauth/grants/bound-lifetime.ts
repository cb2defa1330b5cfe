/** Before its end a token may be too old by the time it reaches an upstream. */
const maxMarginMs = 30_000;
const marginShare = 0.1;

/** Moments in epoch milliseconds, null = not known. */
export interface Lifetime {
  /** When the token was asked for, which is before it was issued. */
  readonly askedAt: number;
  /** What the token endpoint said of it (`expires_in`). */
  readonly lifetimeMs: number | null;
  /** What the token, or its introspection, says (`exp`). */
  readonly expiresAt: number | null;
  /** The most that the provider's caches may hold: by then a changed secret is noticed. */
  readonly maxTtlMs: number;
}

/**
 * Until when a fetched token may be used again: the earlier of its two ends, less a margin of a tenth
 * and of 30 s at most. A token of which no end is known serves the requests that wait for it and no
 * other (Kong once kept such tokens for ever).
 */
export function boundLifetime({ askedAt, lifetimeMs, expiresAt, maxTtlMs }: Lifetime): number {
  const told = lifetimeMs === null ? Infinity : askedAt + lifetimeMs;
  const end = Math.min(told, expiresAt ?? Infinity);
  if (end === Infinity) return askedAt;
  const margin = Math.min(maxMarginMs, (end - askedAt) * marginShare);
  return Math.min(end - margin, askedAt + maxTtlMs);
}
