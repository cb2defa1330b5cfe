import type { GrantPlan } from '../authz/policy.ts';
import type { GrantConfig, ServiceConfig } from './service-config.ts';

/** How pairs are exchanged at a Service, by the one method for it that is on; null = not at all. */
export function compileGrant({ clientCredentials, password }: ServiceConfig): GrantPlan | null {
  if (clientCredentials !== null) {
    const { clientAuthMethod } = clientCredentials;
    const plan = compilePlan(clientCredentials);
    return { grant: 'client_credentials', ...plan, clientAuthMethod, consumerClaims: null };
  }
  if (password === null) return null;
  const { consumerClaims } = password;
  const plan = compilePlan(password);
  return { grant: 'password', ...plan, clientAuthMethod: null, consumerClaims };
}

type CommonPlan = Omit<GrantPlan, 'grant' | 'clientAuthMethod' | 'consumerClaims'>;

function compilePlan(grant: GrantConfig): CommonPlan {
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
