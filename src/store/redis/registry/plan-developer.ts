import { halt, pass } from '../../../lib/step.ts';
import type { DeveloperEntity } from '../../../registry/entities.ts';
import { nameAction } from '../../../registry/name-action.ts';
import { writeDeveloper } from '../../../registry/write-entity.ts';
import type { RedisKeys } from '../keys.ts';
import { encodeDeveloper } from './developer-codec.ts';
import type { DossierReader } from './dossier-reader.ts';
import type { Planned } from './plan-entity.ts';
import type { PlannedChange } from './plan-save.ts';

/** The plan that takes a developer from before to after; null = not there. At most one is null. */
export async function planDeveloper(
  before: DeveloperEntity | null,
  after: DeveloperEntity | null,
  reader: DossierReader,
  keys: RedisKeys,
): Planned<DeveloperEntity> {
  const entity = after ?? before;
  if (entity === null) return halt({ kind: 'not_found', entity: 'developer' });
  if (after === before) return pass({ entity, outcome: 'unchanged', change: null });
  const old = valuesOf(before, keys);
  const next = valuesOf(after, keys);
  await reader.look([...old.keys(), ...next.keys()]);
  const taken = [...next.keys()].find((key) => !old.has(key) && reader.known.get(key) !== null);
  if (taken !== undefined) {
    const attribute = taken === keys.developer('id', entity.id) ? 'id' : 'email';
    return halt({ kind: 'conflict', attribute });
  }
  const gone = [...old.keys()].map((key): [string, null] => [key, null]);
  const changes = new Map<string, string | null>([...gone, ...next]);
  const { outcome, members } = describeChange(before, after, keys);
  const audit = {
    action: nameAction('developer', before, after),
    entity: entity.id,
    before: before && writeDeveloper(before),
    after: after && writeDeveloper(after),
  };
  const change = { changes, members, audit };
  if (after !== null) return pass({ entity, outcome, change });
  return pass({ entity, outcome, change: { ...change, unless: ownsNone(entity.id, keys) } });
}

/** Told by the script itself: an application may be created for it at this moment. */
function ownsNone(id: string, keys: RedisKeys): NonNullable<PlannedChange['unless']> {
  const occupied = [keys.narrowed('application', 'owner', id)];
  return { occupied, problem: { kind: 'owner' } };
}

function describeChange(
  before: DeveloperEntity | null,
  after: DeveloperEntity | null,
  keys: RedisKeys,
) {
  const member = { key: keys.list('developer'), type: 'sorted' } as const;
  if (before === null) {
    const added = { ...member, member: after?.id ?? '', change: 'add' } as const;
    return { outcome: 'created', members: [added] } as const;
  }
  if (after !== null) return { outcome: 'updated', members: [] } as const;
  const removed = { ...member, member: before.id, change: 'remove' } as const;
  return { outcome: 'deleted', members: [removed] } as const;
}

/** E-mail addresses are told apart without regard to case. */
function valuesOf(developer: DeveloperEntity | null, keys: RedisKeys): Map<string, string> {
  if (developer === null) return new Map();
  return new Map([
    [keys.developer('id', developer.id), encodeDeveloper(developer)],
    [keys.developer('email', developer.email.toLowerCase()), developer.id],
  ]);
}
