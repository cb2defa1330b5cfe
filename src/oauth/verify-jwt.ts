import { deny } from '../authz/refusal.ts';
import type { Claims, VerifiedToken } from '../authz/token.ts';
import type { Clock } from '../lib/clock.ts';
import { classifyToken } from './classify-token.ts';
import { judgeJwtHeader } from './judge-jwt-header.ts';
import { judgeTimes, readTime, type AgeRules } from './judge-times.ts';
import { refused, type Judgement, type Validity } from './judgement.ts';
import type { KeySet } from './key-set.ts';
import { parseJsonObject, readOwn } from './parse-json-object.ts';
import { proveSignature } from './prove-signature.ts';
import type { ProviderOptions } from './provider-options.ts';
import { asymmetricAlgorithms } from './public-key.ts';

export interface JwtVerifierDependencies {
  readonly keys: KeySet;
  readonly clock: Clock;
}

/** Proves a JWT by the provider's keys (RFC 7519 section 7.2, RFC 8725). */
export type VerifyJwt = (token: string) => Promise<Judgement>;

export function createJwtVerifier(
  options: ProviderOptions,
  { keys, clock }: JwtVerifierDependencies,
): VerifyJwt {
  const issuers = new Set([options.issuer, ...options.issuersAllowed]);
  const headerRules = {
    algorithms: new Set(options.algorithms.filter((name) => asymmetricAlgorithms.has(name))),
    tokenTypes: options.tokenTypes,
  };

  return async function verifyJwt(token) {
    const shape = classifyToken(token);
    if (shape.kind !== 'jwt') return refused(deny('token_malformed', 'not a JWT'));
    const header = judgeJwtHeader(shape.header, headerRules);
    if (!header.ok) return refused(header.stop);

    const proven = await proveSignature(token, header.value, keys);
    if (proven.kind === 'refused') return proven;
    const claims = parseJsonObject(proven.payload);
    if (claims === null) return refused(deny('token_malformed', 'the payload is no JSON object'));

    const issuer = readOwn(claims, 'iss');
    if (typeof issuer !== 'string' || !issuers.has(issuer)) {
      return refused(deny('token_issuer_mismatch'));
    }
    const { leewayMs, maxTokenAgeMs } = options;
    const times = judgeJwtTimes(claims, { nowMs: clock.now(), leewayMs, maxTokenAgeMs });
    if ('kind' in times) return times;
    const { expiresAt } = times;
    const base = { provider: options.name, issuer, method: 'bearer', claims } as const;
    const verified: VerifiedToken = { ...base, expiresAt };
    return { kind: 'verified', token: verified, validity: times, keyId: proven.keyId };
  };
}

/** As for introspection; but a JWT must have `exp`, and its `iat` must not lie ahead. */
function judgeJwtTimes(claims: Claims, rules: AgeRules): Validity | Judgement {
  if (!Object.hasOwn(claims, 'exp')) return refused(deny('token_expired', 'no exp'));
  const times = judgeTimes(claims, rules);
  if (!times.ok) return refused(times.refusal, times.retryAt);
  const iat = readTime(claims, 'iat');
  if (iat === 'wrong') return refused(deny('token_not_yet_valid', 'iat is not a number'));
  if (iat !== null && rules.nowMs < iat - rules.leewayMs) {
    return refused(deny('token_not_yet_valid', 'iat'), iat - rules.leewayMs);
  }
  return times.validity;
}
