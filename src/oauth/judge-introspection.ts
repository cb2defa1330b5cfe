import { deny, unavailable, type Refusal } from '../authz/refusal.ts';
import type { Claims } from '../authz/token.ts';
import type { Validity } from './judgement.ts';
import { judgeTimes, type AgeRules } from './judge-times.ts';
import { parseJsonObject, readOwn } from './parse-json-object.ts';
import { isJsonType } from './read-json-answer.ts';

/** Answers are cached, so that their size counts as often as the cache has entries. */
export const maxBodyLength = 64 * 1024;

/** An answer of the introspection endpoint, as it came. */
export interface IntrospectionAnswer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;
}

export interface IntrospectionRules extends AgeRules {
  /** The provider's issuer, for an answer that names none. */
  readonly issuer: string;
  readonly issuers: ReadonlySet<string>;
}

export type JudgedIntrospection =
  | {
      readonly kind: 'active';
      readonly issuer: string;
      readonly claims: Claims;
      readonly validity: Validity;
      /** Key that signed the answer ({@link PublicKey.id}); null = it was a plain one. */
      readonly keyId: string | null;
    }
  | {
      readonly kind: 'refused';
      readonly refusal: Refusal;
      readonly retryAt: number | null;
    };

/**
 * Judges an introspection answer (RFC 7662 section 2.2). Only a well-formed answer can say no;
 * whatever else comes back, a refusal of our own client included, says nothing about the token.
 * `aud`, scopes and `cnf` are judged later, on every request.
 */
export function judgeIntrospection(
  answer: IntrospectionAnswer,
  rules: IntrospectionRules,
): JudgedIntrospection {
  if (answer.status !== 200) return cannotTell(explainStatus(answer.status));
  if (!isJsonType(answer.contentType)) return cannotTell('the answer is not application/json');
  if (answer.body.length > maxBodyLength) return cannotTell('the answer is too long');
  const claims = parseJsonObject(answer.body);
  return claims === null
    ? cannotTell('the answer is no JSON object')
    : judgeMembers(claims, null, rules);
}

/** Judges the members of an answer that is whole, and proven where it was signed. */
export function judgeMembers(
  claims: Claims,
  keyId: string | null,
  rules: IntrospectionRules,
): JudgedIntrospection {
  const active = readOwn(claims, 'active');
  if (typeof active !== 'boolean') return cannotTell('active is absent or no boolean');
  if (!active) return no(deny('token_inactive'));
  return judgeActive(claims, keyId, rules);
}

function judgeActive(
  claims: Claims,
  keyId: string | null,
  rules: IntrospectionRules,
): JudgedIntrospection {
  const times = judgeTimes(claims, rules);
  if (!times.ok) return no(times.refusal, times.retryAt);
  const issuer = Object.hasOwn(claims, 'iss') ? claims['iss'] : rules.issuer;
  if (typeof issuer !== 'string' || !rules.issuers.has(issuer)) {
    return no(deny('token_issuer_mismatch'));
  }
  return { kind: 'active', issuer, claims, validity: times.validity, keyId };
}

export function explainStatus(status: number): string {
  return status === 401 || status === 403
    ? `introspection answered ${status}: the provider refused our client`
    : `introspection answered ${status}`;
}

function cannotTell(detail: string): JudgedIntrospection {
  return no(unavailable('idp_unavailable', detail));
}

function no(refusal: Refusal, retryAt: number | null = null): JudgedIntrospection {
  return { kind: 'refused', refusal, retryAt };
}
