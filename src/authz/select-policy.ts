import { halt, pass, type Step } from '../lib/step.ts';
import { deny, type Deny } from './refusal.ts';
import type { HostIndex, Policy, PolicyTable, ServicePolicies } from './policy.ts';
import type { AuthzRequest } from './request.ts';

/**
 * Which policy applies: the Service and Route that Envoy's route names in `context_extensions`,
 * else, where it is on, the Service that owns the host. Paths never choose one.
 */
export function selectPolicy(request: AuthzRequest, table: PolicyTable): Step<Policy, Deny> {
  const service = findService(request, table);
  if (typeof service === 'string') return halt(deny('policy_unknown', service));

  const routeName = request.contextExtensions.get('route');
  if (routeName === undefined) return pass(service.service);
  const route = service.routes.get(routeName);
  return route === undefined
    ? halt(deny('policy_unknown', 'context_extensions.route names no Route of the Service'))
    : pass(route);
}

function findService(request: AuthzRequest, table: PolicyTable): ServicePolicies | string {
  const name = request.contextExtensions.get('service');
  if (name !== undefined) {
    return table.services.get(name) ?? 'context_extensions.service names no Service';
  }
  if (table.byHost === null) return 'no context_extensions.service';
  if (request.contextExtensions.has('route')) return 'context_extensions.route without service';
  return findByHost(normalizeHost(request.host), table.byHost) ?? 'no Service has this host';
}

function findByHost(host: string, index: HostIndex): ServicePolicies | undefined {
  const exact = index.exact.get(host);
  if (exact !== undefined) return exact;
  // `*.example.com` covers one or more labels, as Envoy's own domains do; the longest suffix wins.
  for (let dot = host.indexOf('.'); dot > 0; dot = host.indexOf('.', dot + 1)) {
    const wildcard = index.wildcard.get(host.slice(dot + 1));
    if (wildcard !== undefined) return wildcard;
  }
  return undefined;
}

/** Lower case, without the port; an IPv6 literal keeps its brackets. */
export function normalizeHost(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '');
}
