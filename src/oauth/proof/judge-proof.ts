import { hash } from 'node:crypto';
import type { DpopQuestion } from '../../authz/proof.ts';
import type { Claims } from '../../authz/token.ts';
import { halt, pass, type Step } from '../../lib/step.ts';
import { judgeTimes, readTime } from '../judge-times.ts';
import { readOwn } from '../parse-json-object.ts';
import { compareTarget } from './compare-target.ts';

/** What of a proof is left to be judged, by others. */
export interface JudgedProof {
  readonly jti: string;
  /** Null where the proof has none. */
  readonly nonce: string | null;
  /** Epoch milliseconds from which no replica takes the proof any more. */
  readonly endsAt: number;
}

/** How far the clock of a caller, or of another replica, may be off. */
const leewayMs = 5000;
const maxJtiLength = 256;

/** The claims of a proof against the request (RFC 9449 section 4.3, points 3 and 8 to 12). */
export function judgeProof(
  claims: Claims,
  question: DpopQuestion,
  nowMs: number,
): Step<JudgedProof, string> {
  const jti = readText(claims, 'jti');
  if (jti === null || jti.length > maxJtiLength) return halt('jti is missing, empty or too long');
  const purpose = comparePurpose(claims, question);
  if (purpose !== null) return halt(purpose);
  const { lifetimeMs } = question.policy;
  const iat = readTime(claims, 'iat');
  if (iat === null || iat === 'wrong') return halt('iat is missing or no number');
  if (nowMs < iat - leewayMs) return halt('iat lies ahead');
  if (nowMs > iat + lifetimeMs) return halt('too old by its iat');
  // RFC 9449 defines neither, but RFC 7519 has them honoured where they are.
  if (!judgeTimes(claims, { nowMs, leewayMs, maxTokenAgeMs: null }).ok)
    return halt('exp or nbf does not fit');
  return pass({ jti, nonce: readText(claims, 'nonce'), endsAt: iat + lifetimeMs + leewayMs });
}

/** What the proof was made for: null = this request with this token. */
function comparePurpose(
  claims: Claims,
  { request, policy, accessToken }: DpopQuestion,
): string | null {
  if (readText(claims, 'htm') !== request.method) return 'htm is not the method';
  const htu = readText(claims, 'htu');
  if (htu === null) return 'htu is missing';
  const difference = compareTarget(htu, request.path, policy.publicUrl);
  if (difference !== null) return difference;
  const ath = hash('sha256', accessToken, 'base64url');
  return readText(claims, 'ath') === ath ? null : 'ath is not the hash of the token';
}

function readText(claims: Claims, name: string): string | null {
  const value = readOwn(claims, name);
  return typeof value === 'string' && value !== '' ? value : null;
}
