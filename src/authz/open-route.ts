import { mintPermit, type Permit } from './permit.ts';
import type { Policy } from './policy.ts';
import type { AuthzRequest } from './request.ts';

/**
 * The permit of a request that nobody needs to authenticate: a Route with `auth: none`, or a
 * preflight where `run_on_preflight` is off. Identity headers are stripped all the same.
 */
export function permitOpenRoute(request: AuthzRequest, policy: Policy): Permit | null {
  if (policy.open) return mintPermit('route_open', null, { header: 'none' });
  if (!policy.runOnPreflight && request.method === 'OPTIONS') {
    return mintPermit('preflight', null, { header: 'none' });
  }
  return null;
}
