import { deny, type Deny } from '../authz/refusal.ts';
import type { Claims } from '../authz/token.ts';
import { readOwn } from './parse-json-object.ts';
import type { Validity } from './judgement.ts';

export interface TimeRules {
  readonly nowMs: number;
  readonly leewayMs: number;
}

export interface AgeRules extends TimeRules {
  /** How long after its `iat`, without which it is refused then, a token is good; null = no bound. */
  readonly maxTokenAgeMs: number | null;
}

export type JudgedTimes =
  | { readonly ok: true; readonly validity: Validity }
  | { readonly ok: false; readonly refusal: Deny; readonly retryAt: number | null };

/**
 * `exp` and `nbf` (RFC 7519 sections 4.1.4 and 4.1.5, RFC 7662 section 2.2), seconds since the
 * epoch. Anything but a finite number, `null` and digits in a string included, does not fit.
 */
export function judgeTimes(claims: Claims, rules: AgeRules): JudgedTimes {
  const exp = readTime(claims, 'exp');
  const nbf = readTime(claims, 'nbf');
  if (exp === 'wrong') return no(deny('token_expired', 'exp is not a number'));
  if (nbf === 'wrong') return no(deny('token_not_yet_valid', 'nbf is not a number'));
  if (hasExpired({ notBefore: nbf, expiresAt: exp }, rules)) return no(deny('token_expired'));
  const tooOld = endOfAge(claims, rules.maxTokenAgeMs);
  if (typeof tooOld === 'string') return no(deny('token_expired', tooOld));
  const validity = { notBefore: nbf, expiresAt: earliest(exp, tooOld) };
  if (hasExpired(validity, rules)) return no(deny('token_expired', 'older than max_token_age'));
  if (isEarly(validity, rules))
    return no(deny('token_not_yet_valid', 'nbf'), nbf === null ? null : nbf - rules.leewayMs);
  return { ok: true, validity };
}

/** Null where no age is asked for; a text says what is wrong. */
function endOfAge(claims: Claims, maxTokenAgeMs: number | null): number | string | null {
  if (maxTokenAgeMs === null) return null;
  const iat = readTime(claims, 'iat');
  if (iat === null) return 'no iat, and so no age';
  return iat === 'wrong' ? 'iat is not a number' : iat + maxTokenAgeMs;
}

/** The earlier of two bounds, of which each may be missing. */
export function earliest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

/** `exp` is the first moment at which the token is no longer good. */
export function hasExpired(validity: Validity, { nowMs, leewayMs }: TimeRules): boolean {
  return validity.expiresAt !== null && nowMs >= validity.expiresAt + leewayMs;
}

export function isEarly(validity: Validity, { nowMs, leewayMs }: TimeRules): boolean {
  return validity.notBefore !== null && nowMs < validity.notBefore - leewayMs;
}

/** Epoch milliseconds; null where there is no such claim. */
export function readTime(claims: Claims, name: 'exp' | 'nbf' | 'iat'): number | null | 'wrong' {
  const value = readOwn(claims, name);
  if (value === undefined) return null;
  // JSON has numbers that become Infinity, such as 1e999.
  return typeof value === 'number' && Number.isFinite(value) ? value * 1000 : 'wrong';
}

function no(refusal: Deny, retryAt: number | null = null): JudgedTimes {
  return { ok: false, refusal, retryAt };
}
