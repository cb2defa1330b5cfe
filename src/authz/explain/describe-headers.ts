import type { Allow, HeaderChanges } from '../decision.ts';
import { ownedHeaders } from '../identity-headers.ts';
import type { Policy } from '../policy.ts';
import type { CaseOfPolicy } from './case.ts';
import type { UpstreamChanges } from './explanation.ts';
import { clean } from './words.ts';

const masked = '***';

/** What goes upstream beside the identity. */
export function describeHeaders({ policy, final }: CaseOfPolicy): string[] {
  const { decision } = final;
  if (decision.kind !== 'allow') return [];
  const { set, remove } = decision.headers;
  return [
    `Sets ${count(set.length)} and removes ${count(remove.length)} of the request.`,
    ...(policy.hideCredentials && decision.reason === 'allowed'
      ? ['The credential does not go upstream.']
      : []),
    ...tellJwt(decision, policy),
  ];
}

function tellJwt({ headers }: Allow, { upstreamJwt }: Policy): string[] {
  if (upstreamJwt === null || !headers.set.some(([name]) => name === upstreamJwt.header)) return [];
  return [`A JWT signed by Postern goes in ${upstreamJwt.header}.`];
}

function count(headers: number): string {
  return `${String(headers)} header${headers === 1 ? '' : 's'}`;
}

/** Identity in the clear; credentials, cookies, JWTs and claims are nobody else’s business. */
export function writeChanges({ set, remove, removeQuery }: HeaderChanges): UpstreamChanges {
  return {
    set: set.map(([name, value]) => ({
      name: clean(name),
      value: ownedHeaders.has(name) ? clean(value) : masked,
    })),
    remove: remove.map((name) => clean(name)),
    remove_query: removeQuery.map((name) => clean(name)),
  };
}
