import { unavailable } from '../authz/refusal.ts';
import type { Claims, TokenToVerify } from '../authz/token.ts';
import type { IntrospectToken } from './introspect-token.ts';
import type { JudgedIntrospection } from './judge-introspection.ts';
import { earliest } from './judge-times.ts';
import { refused, type Judgement } from './judgement.ts';
import { readOwn } from './parse-json-object.ts';
import type { ProviderOptions } from './provider-options.ts';
import type { VerifyJwt } from './verify-jwt.ts';

/** How a token is proven: by the provider's keys, or by asking the provider. */
export type VerificationMode = 'keys' | 'introspection';

/** Proves a token without a cache. Never rejects for what a caller or a provider can send. */
export type JudgeToken = (mode: VerificationMode, presented: TokenToVerify) => Promise<Judgement>;

export interface TokenJudgeDependencies {
  readonly verifyJwt: VerifyJwt;
  readonly introspect: IntrospectToken;
}

export function createTokenJudge(
  options: ProviderOptions,
  { verifyJwt, introspect }: TokenJudgeDependencies,
): JudgeToken {
  return async function judgeToken(mode, presented) {
    if (mode === 'introspection') {
      return fromIntrospection(await introspect(presented, 'proof'), options.name);
    }
    const verified = await verifyJwt(presented.token);
    // Garbage is refused by the keys and never reaches the provider.
    if (verified.kind === 'refused' || !options.introspectJwtTokens) return verified;
    return confirm(verified, await introspect(presented, 'confirmation'));
  };
}

function fromIntrospection(judged: JudgedIntrospection, provider: string): Judgement {
  if (judged.kind === 'refused') return judged;
  const { issuer, claims, validity, keyId } = judged;
  const { expiresAt } = validity;
  const token = { provider, issuer, method: 'introspection', claims, expiresAt } as const;
  return { kind: 'verified', token, validity, keyId };
}

/** A JWT that its provider also calls active: signed claims count, and what narrows them. */
function confirm(
  verified: Judgement & { kind: 'verified' },
  judged: JudgedIntrospection,
): Judgement {
  if (judged.kind === 'refused') return withoutIntrospection(judged);
  const { token, validity, keyId } = verified;
  const notBefore = latest(validity.notBefore, judged.validity.notBefore);
  const expiresAt = earliest(validity.expiresAt, judged.validity.expiresAt);
  return {
    kind: 'verified',
    token: { ...token, claims: bind(token.claims, judged.claims), expiresAt },
    validity: { notBefore, expiresAt },
    keyId,
  };
}

/**
 * A binding (`cnf`, RFC 7800) that only the provider tells of binds all the same. One that is signed
 * stays: no answer may loosen or replace it, be it with `null`.
 */
function bind(signed: Claims, told: Claims): Claims {
  if (hasBinding(signed) || !hasBinding(told)) return signed;
  return { ...signed, cnf: told['cnf'] };
}

function hasBinding(claims: Claims): boolean {
  return (readOwn(claims, 'cnf') ?? null) !== null;
}

/** Asked to introspect by a provider that cannot: the second check is missing, not the token bad. */
function withoutIntrospection(judged: JudgedIntrospection & { kind: 'refused' }): Judgement {
  return judged.refusal.reason === 'token_malformed'
    ? refused(unavailable('idp_unavailable', 'the provider cannot introspect'))
    : judged;
}

function latest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}
