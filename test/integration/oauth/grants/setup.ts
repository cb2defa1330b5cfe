import type { GrantPlan } from '../../../../src/authz/policy.ts';
import type { ObtainToken, PairToExchange } from '../../../../src/authz/token.ts';
import { Secret } from '../../../../src/lib/secret.ts';
import { createObtainToken } from '../../../../src/oauth/grants/obtain-token.ts';
import type { ProviderOptions } from '../../../../src/oauth/provider-options.ts';
import { grantOf } from '../../../support/builders.ts';
import { rigOf, type Rig } from '../setup.ts';

export const cacheKey = 'a key of at least thirty-two bytes';

export function grantPlan(more: Partial<GrantPlan> = {}): GrantPlan {
  return grantOf(more);
}

export interface Exchange {
  readonly alternative: PairToExchange['alternative'];
  readonly source: string;
  readonly plan: Partial<GrantPlan>;
  readonly signal: AbortSignal;
  readonly except: string;
}

export interface GrantRig extends Rig {
  readonly obtainToken: ObtainToken;
  readonly obtain: (
    id: string,
    secret: string,
    more?: Partial<Exchange>,
  ) => ReturnType<ObtainToken>;
}

/** Providers wired as the application does it, and the exchange of pairs at the first. */
export function grantRigOf(...options: readonly ProviderOptions[]): GrantRig {
  const rig = rigOf(...options);
  const obtainToken = createObtainToken(rig.providers, { cacheKey: new Secret(cacheKey) });
  const plans = new Map<string, GrantPlan>();
  return {
    ...rig,
    obtainToken,
    obtain: (id, secret, more = {}) => {
      const { alternative = null, source = '192.0.2.1', plan = {}, signal, except } = more;
      const made = grantPlan(plan);
      const known = plans.get(JSON.stringify(made)) ?? made;
      plans.set(JSON.stringify(made), known);
      const presented = { pair: { id, secret }, alternative, source, except };
      return obtainToken(presented, known, signal ?? AbortSignal.timeout(20_000));
    },
  };
}

/** What a test compares: the reason of a refusal, or how it was allowed. */
export async function outcomeOf(obtained: ReturnType<ObtainToken>): Promise<string> {
  const step = await obtained;
  return step.ok ? `${step.value.token.method} ${step.value.cache}` : step.stop.reason;
}
