import type { DocumentPath } from '../documents/problem.ts';
import type { KongConsumer, KongModel, KongPlugin, KongRoute, KongService } from './kong-model.ts';
import type { KongFile, PluginEntity, RouteEntity, ServiceEntity } from './kong-schema.ts';
import type { Ledger } from './ledger.ts';
import { accountForKeys } from './account-for-keys.ts';
import { checkNames } from './check-names.ts';

interface Placed<T> {
  readonly entity: T;
  readonly path: DocumentPath;
}

/** Brings nested and flat entities together, each with what belongs to it. */
export function gatherEntities(file: KongFile, ledger: Ledger): KongModel {
  accountForKeys(file, ledger);
  const gathering = new Gathering(file, ledger);
  const services = gathering.services();
  checkNames(services, ledger);
  return {
    format: file._format_version,
    services,
    consumers: gathering.consumers(),
    globalPlugins: gathering.pluginsOf('global'),
    consumerPlugins: gathering.consumerPlugins(),
  };
}

class Gathering {
  readonly #file: KongFile;
  readonly #ledger: Ledger;
  readonly #flat: readonly Placed<PluginEntity>[];

  constructor(file: KongFile, ledger: Ledger) {
    this.#file = file;
    this.#ledger = ledger;
    this.#flat = place(file.plugins, ['plugins']);
    this.#checkScopes();
  }

  services(): readonly KongService[] {
    const services = place(this.#file.services, ['services']);
    const flat = place(this.#file.routes, ['routes']);
    const gathered = services.map((service, index) => this.#service(service, index, flat));
    for (const { entity, path } of flat) {
      if (services.some((service) => isNamed(service.entity, entity.service))) continue;
      const why =
        entity.service === null ? 'a route without a Service' : 'no Service has this name';
      this.#ledger.stop('route.service', path, why);
    }
    return gathered;
  }

  #service(
    { entity, path }: Placed<ServiceEntity>,
    index: number,
    flat: readonly Placed<RouteEntity>[],
  ): KongService {
    const name = entity.name ?? entity.id ?? `service-${String(index + 1)}`;
    const routes = [
      ...place(entity.routes, [...path, 'routes']),
      ...flat.filter((route) => isNamed(entity, route.entity.service)),
    ];
    return {
      name,
      entity,
      path,
      plugins: this.#plugins(entity.plugins, path, this.#flatOf('service', entity)),
      routes: routes.map((route, place) => this.#route(route, `${name}-${String(place + 1)}`)),
    };
  }

  #route({ entity, path }: Placed<RouteEntity>, fallback: string): KongRoute {
    return {
      name: entity.name ?? entity.id ?? fallback,
      entity,
      path,
      plugins: this.#plugins(entity.plugins, path, this.#flatOf('route', entity)),
    };
  }

  consumers(): readonly KongConsumer[] {
    const flat = place(this.#file.acls, ['acls']);
    const consumers = place(this.#file.consumers, ['consumers']);
    const known = new Set(consumers.flatMap(({ entity }) => [entity.id, entity.username]));
    for (const { entity, path } of flat) {
      if (entity.consumer !== null && known.has(entity.consumer)) continue;
      this.#ledger.ignore('acls', path, 'no Consumer of the file has this name');
    }
    const byOwner = Map.groupBy(flat, ({ entity }) => entity.consumer);
    return consumers.map(({ entity, path }) => {
      const own = [entity.id, entity.username].flatMap((key) =>
        key === undefined || key === null ? [] : (byOwner.get(key) ?? []),
      );
      const groups = [...(entity.acls ?? []), ...own.map((acl) => acl.entity)];
      return { entity, path, groups: [...new Set(groups.map(({ group }) => group))] };
    });
  }

  pluginsOf(scope: 'global'): readonly KongPlugin[] {
    return this.#plugins(
      null,
      [],
      this.#flat.filter(({ entity }) => scopeOf(entity) === scope),
    );
  }

  consumerPlugins(): readonly KongPlugin[] {
    const owners = [
      ...place(this.#file.consumers, ['consumers']),
      ...place(this.#file.consumer_groups, ['consumer_groups']),
    ];
    const nested = owners.flatMap(({ entity, path }) => this.#plugins(entity.plugins, path, []));
    const flat = this.#flat.filter(({ entity }) => scopeOf(entity) === 'consumer');
    return [...nested, ...this.#plugins(null, [], flat)];
  }

  #flatOf(
    scope: 'service' | 'route',
    owner: ServiceEntity | RouteEntity,
  ): readonly Placed<PluginEntity>[] {
    return this.#flat.filter(
      ({ entity }) => scopeOf(entity) === scope && isNamed(owner, entity[scope]),
    );
  }

  #plugins(
    nested: readonly PluginEntity[] | null | undefined,
    path: DocumentPath,
    flat: readonly Placed<PluginEntity>[],
  ): readonly KongPlugin[] {
    return [...place(nested, [...path, 'plugins']), ...flat].map((item) => ({
      name: item.entity.name,
      config: this.#config(item),
      ...item,
    }));
  }

  /** The shared configuration lies under the plugin's own, key by key. */
  #config({ entity, path }: Placed<PluginEntity>): Readonly<Record<string, unknown>> {
    const name = entity._config ?? null;
    const shared = name === null ? {} : this.#file._plugin_configs?.[name];
    if (shared === undefined) {
      this.#ledger.stop(
        '_config',
        [...path, '_config'],
        'no entry of _plugin_configs has this name',
      );
    }
    return { ...shared, ...entity.config };
  }

  /** A flat plugin that belongs to nobody must not go unseen. */
  #checkScopes(): void {
    const { services, routes } = this.#file;
    const all = [...(routes ?? []), ...(services ?? []).flatMap((service) => service.routes ?? [])];
    for (const { entity, path } of this.#flat) {
      const scope = scopeOf(entity);
      const owners = scope === 'service' ? (services ?? []) : all;
      if (scope === 'global' || scope === 'consumer') continue;
      if (owners.some((owner) => isNamed(owner, entity[scope]))) continue;
      this.#ledger.stop('plugin.scope', path, `no ${scope} has the name that this plugin is for`);
    }
  }
}

function scopeOf(plugin: PluginEntity): 'global' | 'service' | 'route' | 'consumer' {
  if (plugin.consumer !== null || plugin.consumer_group !== null) return 'consumer';
  if (plugin.route !== null) return 'route';
  return plugin.service === null ? 'global' : 'service';
}

function isNamed(
  entity: { readonly id?: unknown; readonly name?: unknown; readonly username?: unknown },
  reference: string | null,
): boolean {
  if (reference === null) return false;
  return [entity.id, entity.name, entity.username].includes(reference);
}

function place<T>(items: readonly T[] | null | undefined, path: DocumentPath): Placed<T>[] {
  return (items ?? []).map((entity, index) => ({ entity, path: [...path, index] }));
}
