import { compactVerify } from 'jose';
import { deny, unavailable } from '../authz/refusal.ts';
import type { Claims, VerifiedToken } from '../authz/token.ts';
import type { Clock } from '../lib/clock.ts';
import { classifyToken } from './classify-token.ts';
import { judgeJwtHeader, type JwtHeader } from './judge-jwt-header.ts';
import { judgeTimes, readTime } from './judge-times.ts';
import { refused, type Judgement, type Validity } from './judgement.ts';
import type { KeySet } from './key-set.ts';
import { parseJsonObject, readOwn } from './parse-json-object.ts';
import type { ProviderOptions } from './provider-options.ts';
import { asymmetricAlgorithms, type PublicKey } from './public-key.ts';

/** Codes of jose that say something of the token or the key; any other error is a fault of ours. */
const refusalCodes = new Set([
  'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  'ERR_JOSE_ALG_NOT_ALLOWED',
  'ERR_JOSE_NOT_SUPPORTED',
  'ERR_JWS_INVALID',
]);

export interface JwtVerifierDependencies {
  readonly keys: KeySet;
  readonly clock: Clock;
}

/** Proves a JWT by the provider's keys (RFC 7519 section 7.2, RFC 8725). */
export type VerifyJwt = (token: string) => Promise<Judgement>;

interface Proven {
  readonly payload: string;
  readonly keyId: string;
}

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
    if ('kind' in proven) return proven;
    const claims = parseJsonObject(proven.payload);
    if (claims === null) return refused(deny('token_malformed', 'the payload is no JSON object'));

    const issuer = readOwn(claims, 'iss');
    if (typeof issuer !== 'string' || !issuers.has(issuer)) {
      return refused(deny('token_issuer_mismatch'));
    }
    const times = judgeJwtTimes(claims, { nowMs: clock.now(), leewayMs: options.leewayMs });
    if ('kind' in times) return times;
    const verified: VerifiedToken = { provider: options.name, issuer, method: 'bearer', claims };
    return { kind: 'verified', token: verified, validity: times, keyId: proven.keyId };
  };
}

async function proveSignature(
  token: string,
  { alg, kid }: JwtHeader,
  keys: KeySet,
): Promise<Proven | Judgement> {
  const known = keys.find(alg, kid);
  const proven = await tryKeys(token, alg, known);
  if (proven !== null) return proven;
  if (kid !== null && known.length > 0) {
    // No refetch would change that: kept like other refusals, so that it costs no more checks.
    return refused(deny('token_signature_invalid', 'the signature does not verify'));
  }

  // The key may be newer than our set.
  if ((await keys.refetch()) === 'unavailable') {
    return refused(unavailable('idp_unavailable', 'no current keys of the provider'));
  }
  const tried = new Set(known.map(({ id }) => id));
  const added = keys.find(alg, kid).filter(({ id }) => !tried.has(id));
  const late = await tryKeys(token, alg, added);
  if (late !== null) return late;
  const refusal = deny('token_signature_invalid', 'no key of the provider fits');
  return refused(refusal, keys.nextRefetchAt);
}

async function tryKeys(
  token: string,
  alg: string,
  candidates: readonly PublicKey[],
): Promise<Proven | null> {
  for (const { id, key } of candidates) {
    try {
      const { payload } = await compactVerify(token, key, { algorithms: [alg] });
      return { payload: new TextDecoder().decode(payload), keyId: id };
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }
  return null;
}

function isRefusal(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    typeof error.code === 'string' &&
    refusalCodes.has(error.code)
  );
}

/** As for introspection; but a JWT must have `exp`, and its `iat` must not lie ahead. */
function judgeJwtTimes(
  claims: Claims,
  rules: { readonly nowMs: number; readonly leewayMs: number },
): Validity | Judgement {
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
