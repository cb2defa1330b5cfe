import { readFirstClaim } from '../claims.ts';
import type { Claims } from '../token.ts';
import { providersOf, refusalOf, type CaseOfPolicy } from './case.ts';
import { readUnverified } from './read-unverified.ts';
import { list, tellPaths, tellTime, tellValue } from './words.ts';

/** Who vouched for the credential, or what it says of itself where nobody did. */
export function describeToken(it: CaseOfPolicy): string[] {
  const { token, cache } = it.alone.decision.trail;
  if (token === null) return describeRefused(it);
  const source = {
    hit: 'remembered from an earlier request',
    stale: 'remembered, since the provider cannot be asked',
    miss: 'proven for this request',
  };
  const how = token.method === 'session' || cache === null ? '' : `, ${source[cache]}`;
  const end = token.expiresAt === null ? '' : ` It ends at ${tellTime(token.expiresAt / 1000)}.`;
  const refusal = refusalOf(it.alone.decision);
  const revoked =
    refusal?.reason === 'token_revoked' ? [`It is ${refusal.detail ?? 'revoked'}.`] : [];
  return [
    `The identity provider ${token.provider} vouches for it (${token.method}${how}).${end}`,
    tellClaims(token.claims, it),
    ...revoked,
  ];
}

function describeRefused(it: CaseOfPolicy): string[] {
  const { credential, policy, now } = it;
  if (credential?.ok !== true) return [];
  const providers = [...policy.providers.values()].map(
    ({ name, issuers }) => `${name} (${list(issuers)})`,
  );
  const facts = [`Identity providers of this Service: ${list(providers)}.`];
  const refusal = refusalOf(it.alone.decision);
  if (refusal?.detail !== undefined) facts.push(`Refused: ${refusal.detail}.`);
  const text = credential.value.kind === 'token' ? credential.value.token : '';
  const claims = readUnverified(text)?.claims ?? null;
  if (claims === null) return facts;
  return [
    ...facts,
    `The token says of itself, unproven: ${tellClaims(claims, it)}`,
    `The time here is ${new Date(now).toISOString()}.`,
  ];
}

const times = new Set(['exp', 'nbf', 'iat']);

/** The claims that decide, and no others. */
function tellClaims(claims: Claims, it: CaseOfPolicy): string {
  const provider = providersOf(it).find(
    ({ consumerClaims }) => readFirstClaim(claims, consumerClaims) !== undefined,
  );
  const told = ['iss', 'aud', 'exp', 'nbf', 'iat'].flatMap((name) => {
    const value = readFirstClaim(claims, [[name]]);
    if (value === undefined) return [];
    return [`${name} ${times.has(name) ? tellTime(value) : tellValue(value)}`];
  });
  if (provider !== undefined) {
    const value = tellValue(readFirstClaim(claims, provider.consumerClaims));
    told.push(`${tellPaths(provider.consumerClaims)} ${value}`);
  }
  return told.length === 0 ? 'none of the claims that matter.' : `${told.join('; ')}.`;
}
