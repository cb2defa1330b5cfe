import { findClosestWord } from '../documents/closest-word.ts';
import type { DocumentPath, Finding } from '../documents/problem.ts';
import { checkGrants } from './check-grants.ts';
import { checkPlaces } from './check-places.ts';
import { checkProofs } from './check-proofs.ts';
import { checkSessions } from './check-sessions.ts';
import { checkSchemes } from './check-schemes.ts';
import { checkWebhooks } from './check-webhooks.ts';
import type { Outline, ProviderOutline, ServiceOutline } from './outline.ts';
import { canIntrospect } from './provider-facts.ts';

/** Names that are not unique or lead nowhere, and rules between providers, Services and hosts. */
export function checkReferences(outline: Outline): readonly Finding[] {
  const { identity_providers: providers, services } = outline;
  return [
    ...findRepeated(
      providers.map(({ name }) => name),
      ['identity_providers'],
      ['name'],
    ),
    ...findRepeated(
      services.map(({ name }) => name),
      ['services'],
      ['name'],
    ),
    ...findRepeated(
      outline.webhooks.map(({ name }) => name),
      ['webhooks'],
      ['name'],
    ),
    ...providers.flatMap((provider, index) => checkSchemes(provider, index)),
    ...services.flatMap((service, index) => checkService(service, providers, index)),
    ...checkHosts(outline),
    ...checkSessions(outline),
    ...checkPlaces(outline),
    ...checkProofs(outline),
    ...checkWebhooks(outline),
  ];
}

function checkService(
  service: ServiceOutline,
  providers: readonly ProviderOutline[],
  index: number,
): Finding[] {
  const path = ['services', index];
  const own = service.identity_providers.map((name) =>
    name === null ? undefined : providers.find((provider) => provider.name === name),
  );
  return [
    ...findRepeated(
      service.routes.map(({ name }) => name),
      [...path, 'routes'],
      ['name'],
    ),
    ...findDangling(service, providers, path),
    ...checkIssuers(own, path),
    ...checkIntrospection(service, own, path),
    ...checkGrants(service, providers, path),
  ];
}

/** Every name after the first of its kind. */
function findRepeated(
  names: readonly (string | null)[],
  path: DocumentPath,
  key: DocumentPath,
): Finding[] {
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    if (name === null || first === index) return [];
    const other = `${String(path.at(-1))}[${String(first)}]`;
    return [{ path: [...path, index, ...key], message: `${other} has the same name` }];
  });
}

function findDangling(
  service: ServiceOutline,
  providers: readonly ProviderOutline[],
  path: DocumentPath,
): Finding[] {
  const known = providers.map(({ name }) => name).filter((name) => name !== null);
  return service.identity_providers.flatMap((name, index) => {
    if (name === null || name === '' || known.includes(name)) return [];
    const closest = findClosestWord(name, known);
    const hint = closest === null ? '' : `; did you mean "${closest}"?`;
    const message = `no identity provider has this name${hint}`;
    return [{ path: [...path, 'identity_providers', index], message }];
  });
}

/** A JWT belongs to the provider of its `iss`, so within a Service there can be only one. */
function checkIssuers(
  providers: readonly (ProviderOutline | undefined)[],
  path: DocumentPath,
): Finding[] {
  const owners = new Map<string, ProviderOutline>();
  return providers.flatMap((provider, index) => {
    if (provider === undefined) return [];
    const issuers = [provider.issuer, ...provider.issuers_allowed].filter((iss) => iss !== null);
    const other = issuers.map((iss) => owners.get(iss)).find((owner) => owner !== undefined);
    for (const iss of issuers) if (!owners.has(iss)) owners.set(iss, provider);
    if (other === undefined || other === provider) return [];
    const message = `accepts an issuer that ${other.name ?? 'another provider'} of this Service accepts too`;
    return [{ path: [...path, 'identity_providers', index], message }];
  });
}

function checkIntrospection(
  service: ServiceOutline,
  providers: readonly (ProviderOutline | undefined)[],
  path: DocumentPath,
): Finding[] {
  const isOn = service.auth_methods.includes('introspection');
  if (!isOn || service.introspect_in_order) return [];
  const asked = new Set(providers.filter((provider) => provider !== undefined && asks(provider)));
  if (asked.size < 2) return [];
  const message =
    'several of these providers introspect: introspect_in_order: true lets each be asked, in this order';
  return [{ path: [...path, 'identity_providers'], message }];
}

function asks(provider: ProviderOutline): boolean {
  return canIntrospect({
    preset: provider.preset,
    hasClient: provider.client !== undefined,
    discovers: provider.discovery,
    introspectionEndpoint: provider.endpoints.introspection,
  });
}

/** A host may stand once in a Service; where hosts choose the Service, once in the whole file. */
function checkHosts({ services, policy_by_host: byHost }: Outline): Finding[] {
  const owners = new Map<string, number>();
  return services.flatMap((service, index) => {
    if (!byHost) owners.clear();
    return service.hosts.flatMap((host, place) => {
      const key = host?.toLowerCase() ?? '';
      const owner = owners.get(key);
      if (host === null || owner === undefined) {
        owners.set(key, index);
        return [];
      }
      const message = `services[${String(owner)}] has this host already`;
      return [{ path: ['services', index, 'hosts', place], message }];
    });
  });
}
