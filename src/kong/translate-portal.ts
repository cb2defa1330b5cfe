import type { DocumentPath } from '../documents/problem.ts';
import { createDescribeApplication } from './describe-application.ts';
import type { Json } from './json.ts';
import type { KongConsumer } from './kong-model.ts';
import type { Ledger } from './ledger.ts';
import type { Portal, PortalStatus } from './read-portal.ts';

/** One application of the portal with what it is registered for. */
export interface PortalRegistration {
  readonly id: string | null;
  /** The client id at the provider, its "Reference ID". */
  readonly customId: string;
  readonly registrations: readonly Json[];
  /** What a Consumers file says of it; null = its Consumer is one of the file. */
  readonly application: Json | null;
}

/** Names here of the Services that want a registration, by name or id in Kong. */
export type ServiceIndex = ReadonlyMap<string, readonly string[]>;

export function translatePortal(
  portal: Portal,
  services: ServiceIndex,
  consumers: readonly KongConsumer[],
  ledger: Ledger,
): readonly PortalRegistration[] {
  const developers = new Map(portal.developers.map(({ id, status }) => [id, status]));
  const places = placeInstances(portal);
  const known = new Set<string>();
  const describeApplication = createDescribeApplication(consumers, ledger);
  ignoreDevelopers(portal, ledger);
  refuseStrangers(portal, ledger);
  refuseRepeated(portal, ledger);
  const isKnown = (customId: string) => {
    const isRepeated = known.has(customId);
    known.add(customId);
    return isRepeated;
  };
  const describe = (application: Portal['applications'][number], path: DocumentPath) => {
    const unlisted = developers.size === 0 ? 'approved' : 'not in the export';
    const developer = developers.get(application.developer?.id ?? '') ?? unlisted;
    if (developer !== 'approved') {
      ledger.ignore('application', path, `its developer is ${developer}: all is suspended`);
    }
    const own = places.get(application.id) ?? [];
    const registrations = own.flatMap((place) =>
      register(place, services, developer, portal, ledger),
    );
    const id = application.consumer?.id ?? null;
    const customId = application.custom_id ?? '';
    return { id, customId, registrations, application: describeApplication(application, path) };
  };
  return portal.applications.flatMap((application, index) => {
    const path: DocumentPath = ['applications', index];
    const customId = application.custom_id ?? '';
    if (customId === '') {
      ledger.ignore('application', path, 'no Reference ID: its client id is not known');
      return [];
    }
    if (isKnown(customId)) {
      ledger.stop('application.custom_id', path, 'another application has the same Reference ID');
      return [];
    }
    return [describe(application, path)];
  });
}

interface Place {
  readonly instance: Portal['instances'][number];
  readonly path: DocumentPath;
}

function placeInstances({ instances }: Portal): ReadonlyMap<string, readonly Place[]> {
  const places = instances.map((instance, index): Place => {
    return { instance, path: ['application_instances', index] };
  });
  return Map.groupBy(places, ({ instance }) => instance.application.id ?? '');
}

/** Their applications name them as owners all the same. */
function ignoreDevelopers({ developers }: Portal, ledger: Ledger): void {
  for (const [index, { id, email, status }] of developers.entries()) {
    const who = typeof email === 'string' ? `${email} (${status})` : status;
    const why = `${who} is not imported; applications name it by its id ${id}`;
    ledger.ignore('developer', ['developers', index], why);
  }
}

function refuseStrangers({ applications, instances }: Portal, ledger: Ledger): void {
  const ids = new Set(applications.map(({ id }) => id));
  for (const [index, { application }] of instances.entries()) {
    if (ids.has(application.id ?? '')) continue;
    const why = 'its application is not in the export';
    ledger.ignore('application_instance', ['application_instances', index], why);
  }
}

/** One instance of an application for a Service (`composite_id`); of two, nobody can tell which counts. */
function refuseRepeated({ instances }: Portal, ledger: Ledger): void {
  const seen = new Set<string>();
  for (const [index, { application, service }] of instances.entries()) {
    const key = JSON.stringify([application.id, service.id ?? service.name]);
    if (seen.has(key)) {
      const why = 'this application has another instance for the same Service';
      ledger.stop('application_instance', ['application_instances', index], why);
    }
    seen.add(key);
  }
}

function register(
  { instance, path }: Place,
  services: ServiceIndex,
  developer: PortalStatus | 'not in the export',
  portal: Portal,
  ledger: Ledger,
): readonly Json[] {
  const { id, name } = instance.service;
  const named = portal.services.find((service) => service.id === id)?.name ?? null;
  const keys = [id, name, named].filter((key) => typeof key === 'string');
  const found = keys.map((key) => services.get(key)).find((names) => names !== undefined);
  if (found === undefined || found.length === 0) {
    const why = 'no Service of the file with application-registration has this id or name';
    ledger.ignore('application_instance', path, why);
    return [];
  }
  const { status } = instance;
  const suspended = instance.suspended === true || developer !== 'approved';
  ledger.translate('application_instance', path, `${status} for ${found.join(', ')}`);
  return found.map((service) => ({ service, status, ...(suspended ? { suspended } : {}) }));
}
