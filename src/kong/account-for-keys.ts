import type { DocumentPath } from '../documents/problem.ts';
import { harmlessSections, knownKeys, type KongFile } from './kong-schema.ts';
import type { Ledger } from './ledger.ts';

type Entity = Readonly<Record<string, unknown>>;
type Kind = keyof typeof knownKeys;

/**
 * Refuses what nobody knows of a file, a Service, a Route or a plugin: it may be a condition, or a
 * guard such as the `filter_chains` of a Service.
 */
export function accountForKeys(file: KongFile, ledger: Ledger): void {
  for (const [key, value] of Object.entries(file)) {
    if (harmlessSections.has(key) || isEmpty(value)) continue;
    ledger.refuse(key, [key], 'this section is not known here');
  }
  const accounting = new Accounting(ledger);
  accounting.judgeAll('service', file.services, ['services']);
  accounting.judgeAll('route', file.routes, ['routes']);
  accounting.judgeAll('plugin', file.plugins, ['plugins']);
  for (const section of ['consumers', 'consumer_groups'] as const) {
    for (const [index, { plugins }] of (file[section] ?? []).entries()) {
      accounting.judgeAll('plugin', plugins, [section, index, 'plugins']);
    }
  }
  tellSelection(file, ledger);
}

class Accounting {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  judgeAll(kind: Kind, entities: readonly Entity[] | null | undefined, path: DocumentPath): void {
    for (const [index, entity] of (entities ?? []).entries()) {
      this.#judge(kind, entity, [...path, index]);
    }
  }

  #judge(kind: Kind, entity: Entity, path: DocumentPath): void {
    for (const [key, value] of Object.entries(entity)) {
      if (knownKeys[kind].has(key) || key.startsWith('_') || isEmpty(value)) continue;
      this.#ledger.refuse(`${kind}.${key}`, [...path, key], 'this key is not known here');
    }
    if (kind === 'plugin') return;
    const { routes, plugins } = entity as { readonly routes?: Entity[]; plugins?: Entity[] };
    this.judgeAll('route', routes, [...path, 'routes']);
    this.judgeAll('plugin', plugins, [...path, 'plugins']);
  }
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** A dump by tags is a part of a gateway, and does not show what is missing. */
function tellSelection({ _info: info }: KongFile, ledger: Ledger): void {
  if (isEmpty(info?.['select_tags'])) return;
  const why =
    'look yourself: plugins, routes and groups without these tags are not in the file, and guard nothing here';
  ledger.ignore('select_tags', ['_info', 'select_tags'], why);
}
