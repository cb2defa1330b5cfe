import type { DocumentPath } from '../documents/problem.ts';
import type { KongService } from './kong-model.ts';
import type { Ledger } from './ledger.ts';

interface Named {
  readonly entity: {
    readonly id?: string | null | undefined;
    readonly name?: Named['entity']['id'];
  };
  readonly path: DocumentPath;
}

/** Names and ids say which plugins and routes belong together, so each is there once. */
export function checkNames(services: readonly KongService[], ledger: Ledger): void {
  refuseRepeated('service', services, ledger);
  refuseRepeated('route', [...new Set(services.flatMap(({ routes }) => routes))], ledger);
}

function refuseRepeated(kind: string, entities: readonly Named[], ledger: Ledger): void {
  const first = new Map<string, Named>();
  for (const item of entities) {
    for (const name of new Set([item.entity.id, item.entity.name])) {
      if (name === null || name === undefined) continue;
      const other = first.get(name);
      if (other === undefined) {
        first.set(name, item);
        continue;
      }
      const why = `the same name or id as at ${ledger.place(other.path)}`;
      ledger.stop(`${kind}.name`, item.path, why);
    }
  }
}
