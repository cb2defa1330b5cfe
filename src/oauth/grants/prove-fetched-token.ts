import { unavailable, type Refusal, type Unavailable } from '../../authz/refusal.ts';
import type { TokenToVerify } from '../../authz/token.ts';
import { classifyToken } from '../classify-token.ts';
import type { JudgeToken } from '../judge-token.ts';
import type { Judgement } from '../judgement.ts';
import { readOwn } from '../parse-json-object.ts';

export interface FetchedTokenProverDependencies {
  readonly judge: JudgeToken;
  /** Whether the provider can be asked about tokens, as far as is known. */
  readonly introspects: () => boolean;
  /** Whether it has keys that prove tokens, or may have some, as far as is known. */
  readonly verifiesByKeys: () => boolean;
}

export type FetchedToken =
  | (Judgement & { readonly kind: 'verified' })
  | { readonly kind: 'refused'; readonly refusal: Unavailable };

/** Proves a token that the provider has just given us. */
export type ProveFetchedToken = (fetched: TokenToVerify) => Promise<FetchedToken>;

/**
 * A fetched token is proven like any other: a JWT by the provider's keys, an opaque one by asking.
 * One that does not pass is a fault between the provider and us, and never the caller's.
 */
export function createFetchedTokenProver({
  judge,
  introspects,
  verifiesByKeys,
}: FetchedTokenProverDependencies): ProveFetchedToken {
  return async function proveFetchedToken(fetched) {
    const byKeys = classifyToken(fetched.token).kind === 'jwt' && verifiesByKeys();
    if (!byKeys && !introspects()) {
      return unusable('the fetched token is opaque, and the provider cannot introspect');
    }
    const judgement = await judge(byKeys ? 'keys' : 'introspection', fetched);
    if (judgement.kind === 'refused')
      return { kind: 'refused', refusal: excuse(judgement.refusal) };
    // Bound to a key or certificate that the caller cannot show (RFC 7800).
    const bound = (readOwn(judgement.token.claims, 'cnf') ?? null) !== null;
    return bound ? unusable('the fetched token is bound to a key') : judgement;
  };
}

function excuse(refusal: Refusal): Unavailable {
  if (refusal.kind === 'unavailable') return refusal;
  const { reason, detail } = refusal;
  const why = detail === undefined ? reason : `${reason} (${detail})`;
  return unavailable('idp_unavailable', `the fetched token was refused: ${why}`);
}

function unusable(detail: string): FetchedToken {
  return { kind: 'refused', refusal: unavailable('idp_unavailable', detail) };
}
