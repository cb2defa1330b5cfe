import { isDeepStrictEqual } from 'node:util';
import type { SessionContent } from './session-content.ts';

/** Claims that differ from token to token of one caller, whatever they are issued for. */
const ofOneToken: ReadonlySet<string> = new Set(['jti', 'exp', 'iat', 'nbf']);

/**
 * Whether two sessions under one policy are alike to every rule: they came by the same method from
 * the same provider, with the same Basic client id and the same claims of those that are kept, save
 * for the id and the times of the token. Those are the subject, the client and whatever else the
 * rules look at: a session of anybody else differs in one of them, or there is nothing to gain by it.
 */
export function saysTheSame(one: SessionContent, other: SessionContent): boolean {
  return isDeepStrictEqual(describe(one), describe(other));
}

function describe(content: SessionContent) {
  const { service, provider, issuer, openedBy, credentialIdentifier, claimSet, claims } = content;
  const lasting = Object.entries(claims).filter(([name]) => !ofOneToken.has(name));
  return [[service, provider, issuer, openedBy, credentialIdentifier, claimSet], new Map(lasting)];
}
