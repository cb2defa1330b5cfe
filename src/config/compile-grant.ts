import type { GrantPlan } from '../authz/policy.ts';
import type { GrantConfig, ServiceConfig } from './service-config.ts';

/** How pairs are exchanged at a Service, by the one method for it that is on; null = not at all. */
export function compileGrant({ clientCredentials, password }: ServiceConfig): GrantPlan | null {
  if (clientCredentials !== null) {
    const grant = 'client_credentials';
    return { grant, ...compilePlan(clientCredentials), consumerClaims: null };
  }
  if (password === null) return null;
  const { consumerClaims } = password;
  return { grant: 'password', ...compilePlan(password), consumerClaims };
}

function compilePlan(grant: GrantConfig): Omit<GrantPlan, 'grant' | 'consumerClaims'> {
  const scope = grant.scopes.join(' ');
  return {
    provider: grant.identityProvider,
    basicDecoding: grant.basicDecoding,
    places: new Set(grant.paramType),
    parameters: [
      ...(scope === '' ? [] : [['scope', scope] as const]),
      ...grant.audience.map((value) => ['audience', value] as const),
      ...grant.resource.map((value) => ['resource', value] as const),
      ...grant.args,
    ],
  };
}
