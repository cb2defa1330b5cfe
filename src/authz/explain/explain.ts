import type { Clock } from '../../lib/clock.ts';
import type { CheckDependencies } from '../check.ts';
import { extractCredential } from '../extract-credential.ts';
import type { Policy, PolicyTable } from '../policy.ts';
import { reasonTable } from '../reason-table.ts';
import type { AuthzRequest } from '../request.ts';
import { normalizeHost, selectPolicy } from '../select-policy.ts';
import type { Case } from './case.ts';
import { refusalOf } from './case.ts';
import type { Explanation } from './explanation.ts';
import { rehearse, type Rehearsal } from './rehearse.ts';
import { writeExplanation } from './write-explanation.ts';

export interface ExplainDependencies {
  /** The ports of the Check in force; its `proofs` must use nothing up. */
  readonly ports: CheckDependencies;
  readonly clock: Clock;
  /** Hears of a bug, of which the explanation tells no more than `internal`. */
  readonly onFault: (error: unknown) => void;
}

/** Says what would be decided on a request, and why, by going through the Check without consequence. */
export type Explain = (request: AuthzRequest, signal: AbortSignal) => Promise<Explanation>;

export function createExplain({ ports, clock, onFault }: ExplainDependencies): Explain {
  return async function explain(request, signal) {
    const { policies } = ports;
    const selected = selectPolicy(request, policies);
    const policy = selected.ok ? selected.value : null;
    const run = (table: PolicyTable): Promise<Rehearsal> =>
      rehearse(request, { ...ports, policies: table }, signal, onFault);

    const alone = await run(policy === null ? policies : onlyWithout(policy, request));
    const final = mayStandIn(policy, alone) ? await run(policies) : alone;
    const looked = policy !== null && alone.decision.kind !== 'answer' && !isOpen(alone);
    const credential = looked ? extractCredential(request, policy) : null;
    const it: Case = {
      request,
      table: policies,
      policy,
      credential,
      alone,
      final,
      now: clock.now(),
    };
    return writeExplanation(it);
  };
}

/** A table that chooses this policy for this request, with nobody to stand in. */
function onlyWithout(policy: Policy, { host }: AuthzRequest): PolicyTable {
  const alone = { ...policy, anonymous: null };
  const routes = new Map(policy.route === null ? [] : [[policy.route, alone]]);
  const own = { service: alone, routes };
  return {
    services: new Map([[policy.service, own]]),
    byHost: { exact: new Map([[normalizeHost(host), own]]), wildcard: new Map() },
  };
}

function mayStandIn(policy: Policy | null, { decision }: Rehearsal): boolean {
  const refusal = refusalOf(decision);
  if (policy?.anonymous == null || refusal === null) return false;
  return reasonTable[refusal.reason].anonymousMayStandIn;
}

function isOpen({ decision: { reason } }: Rehearsal): boolean {
  return reason === 'route_open' || reason === 'preflight';
}
