import type { Policy } from '../policy.ts';
import type { Case } from './case.ts';
import { list } from './words.ts';

/** Which Service and Route apply, how they were chosen, and what they make of a request. */
export function describePolicy({ request, policy, table, final }: Case): string[] {
  if (policy === null) {
    const byHost = table.byHost === null ? 'off' : 'on';
    return [
      `Configured Services: ${list(table.services.keys())}.`,
      `Choice by host (policy_by_host) is ${byHost}.`,
    ];
  }
  return [
    tellChoice(policy, request.contextExtensions.has('service')),
    ...(policy.open ? ['auth: none: nobody is asked who makes the request.'] : []),
    ...(final.decision.reason === 'preflight'
      ? ['run_on_preflight is off: every OPTIONS passes.']
      : []),
    ...(final.decision.kind === 'answer' ? [tellPage(final.decision.reason)] : []),
  ];
}

function tellChoice({ service, route }: Policy, byName: boolean): string {
  const place = route === null ? 'no Route' : `Route ${route}`;
  return byName
    ? `Service ${service}, ${place}: by the names that Envoy’s route gives.`
    : `Service ${service}, ${place}: by the host, since no Service was named.`;
}

function tellPage(reason: 'resource_metadata' | 'logout'): string {
  return reason === 'logout'
    ? 'This is the logout page: Postern ends the session and answers itself.'
    : 'This is the protected resource metadata (RFC 9728): Postern answers itself.';
}
