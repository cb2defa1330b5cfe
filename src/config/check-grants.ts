import { findClosestWord } from '../documents/closest-word.ts';
import type { DocumentPath, Finding } from '../documents/problem.ts';
import { areAuthMethods } from './auth-methods.ts';
import type { ProviderOutline, ServiceOutline } from './outline.ts';

const grants = ['client_credentials', 'password'] as const;
type Grant = (typeof grants)[number];

/** Whether the pairs of a Service go to one provider that can exchange them. */
export function checkGrants(
  service: ServiceOutline,
  providers: readonly ProviderOutline[],
  path: DocumentPath,
): Finding[] {
  const methods = service.auth_methods;
  if (!areAuthMethods(methods)) return [];
  const both = grants.every((grant) => methods.includes(grant));
  return [
    ...(both ? [refuseBoth(service, path)] : []),
    ...grants.flatMap((grant) => checkGrant(grant, service, providers, path)),
  ];
}

/** The header does not tell an application's pair from a user's. */
function refuseBoth({ auth_methods: methods }: ServiceOutline, path: DocumentPath): Finding {
  const index = Math.max(...grants.map((grant) => methods.indexOf(grant)));
  const message = 'expected client_credentials or password, not both: they take the same header';
  return { path: [...path, 'auth_methods', index], message };
}

function checkGrant(
  grant: Grant,
  service: ServiceOutline,
  providers: readonly ProviderOutline[],
  path: DocumentPath,
): Finding[] {
  const section = service[grant];
  const index = service.auth_methods.indexOf(grant);
  if (index < 0) {
    const message = `no use without ${grant} in auth_methods`;
    return section === null ? [] : [{ path: [...path, grant], message }];
  }
  const place = [...path, 'auth_methods', index];
  const named = section?.identity_provider ?? null;
  if (named !== null) {
    const found = checkName(named, service, [...path, grant, 'identity_provider']);
    return found.length > 0 ? found : checkProvider(grant, named, providers, place);
  }
  const [only = null, ...others] = new Set(service.identity_providers);
  if (others.length === 0) return checkProvider(grant, only, providers, place);
  const message = `with several identity_providers, ${grant}.identity_provider has to name the one that is shown these secrets`;
  return [{ path: section === null ? place : [...path, grant], message }];
}

function checkName(name: string, service: ServiceOutline, path: DocumentPath): Finding[] {
  const known = service.identity_providers.filter((item) => item !== null);
  if (name === '' || known.includes(name)) return [];
  const closest = findClosestWord(name, known);
  const hint = closest === null ? '' : `; did you mean "${closest}"?`;
  return [{ path, message: `not one of the identity_providers of this Service${hint}` }];
}

function checkProvider(
  grant: Grant,
  name: string | null,
  providers: readonly ProviderOutline[],
  path: DocumentPath,
): Finding[] {
  const provider = providers.find((item) => name !== null && item.name === name);
  if (provider === undefined || name === null) return [];
  const findings: Finding[] = [];
  if (grant === 'password' && provider.client === undefined) {
    findings.push({ path, message: `${name} has no client, and a user's pair goes with one` });
  }
  if (!provider.discovery && provider.endpoints.token === null) {
    findings.push({ path, message: `${name} has neither discovery nor endpoints.token` });
  }
  return findings;
}
