import { deny, type Refusal } from '../authz/refusal.ts';
import type { TokenToVerify } from '../authz/token.ts';
import { halt, type MaybePromise } from '../lib/step.ts';
import type { Provider } from './provider.ts';
import type { Verdict } from './token-cache.ts';

/**
 * Asks one provider after the other about an opaque token. The first that calls it active wins, be
 * it that the token then does not fit; none active and one that could not be asked is an outage;
 * only when all said inactive is the token inactive. At once where the caches know.
 */
export function introspectInOrder(
  providers: readonly Provider[],
  presented: TokenToVerify,
  signal: AbortSignal,
  known: Refusal = deny('token_malformed', 'opaque, and no provider can introspect'),
): MaybePromise<Verdict> {
  const [first, ...rest] = providers;
  if (first === undefined) return halt(known);

  const goOn = (verdict: Verdict): MaybePromise<Verdict> => {
    if (verdict.ok || isFinal(verdict.stop)) return verdict;
    return introspectInOrder(rest, presented, signal, weightier(known, verdict.stop));
  };
  const verdict = first.verify('introspection', presented, signal);
  return verdict instanceof Promise ? verdict.then(goOn) : goOn(verdict);
}

/** Refusals that another provider's word can still change, the weightiest last. */
const open = ['token_malformed', 'token_inactive', 'idp_unavailable', 'deadline_exceeded'];

function isFinal(refusal: Refusal): boolean {
  return !open.includes(refusal.reason);
}

function weightier(one: Refusal, other: Refusal): Refusal {
  return open.indexOf(other.reason) > open.indexOf(one.reason) ? other : one;
}
