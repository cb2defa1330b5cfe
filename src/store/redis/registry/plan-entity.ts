import { halt, pass, type Step } from '../../../lib/step.ts';
import { checkVersion } from '../../../registry/check-version.ts';
import type { Dossier, Facts } from '../../../registry/dossier.ts';
import type { WriteContext } from '../../../registry/ports.ts';
import { notFound, type EntityKind, type RegistryProblem } from '../../../registry/problem.ts';
import type { RedisKeys } from '../keys.ts';
import type { DossierReader, StoredDossier } from './dossier-reader.ts';
import { planSave } from './plan-save.ts';
import type { Plan } from './registry-writer.ts';

export type Planned<T> = Promise<Step<Plan<T>, RegistryProblem>>;

/** How one entity of a dossier is told from before to after. */
export interface EntityChange<T> {
  readonly kind: EntityKind;
  readonly stored: StoredDossier | null;
  /** Null = the Consumer is gone, too. */
  readonly after: Dossier | null;
  /** The entity in a dossier; null = it has none. */
  readonly describe: (dossier: Dossier) => T | null;
  /** What the audit trail is told instead, of what is deleted. */
  readonly describeDeleted?: (dossier: Dossier) => object | null;
}

/** The plan that writes one changed entity, with its audit entry. */
export async function planEntity<T extends Facts>(
  change: EntityChange<T>,
  reader: DossierReader,
  keys: RedisKeys,
): Planned<T> {
  const { kind, stored, after, describe } = change;
  const before = stored && describe(stored.dossier);
  const next = after && describe(after);
  const entity = next ?? before;
  if (entity === null) return halt(notFound(kind));
  if (after === stored?.dossier) return pass({ entity, outcome: 'unchanged', change: null });
  const saved = await planSave(stored, after, reader, keys);
  if (!saved.ok) return saved;
  const outcome = outcomeOf(before, next);
  const action = `${kind}.${verbs[outcome]}`;
  const told = next === null ? describeGone(change) : before;
  const audit = { action, entity: entity.id, before: told, after: next };
  return pass({ entity, outcome, change: { ...saved.value, audit } });
}

/** As {@link planEntity}, for a conditional change of what has to be there. */
export async function planPresent<T extends Facts>(
  change: Omit<EntityChange<T>, 'after'> & {
    readonly make: (before: Dossier) => Step<Dossier | null, RegistryProblem>;
  },
  { ifMatch }: WriteContext,
  reader: DossierReader,
  keys: RedisKeys,
): Planned<T> {
  const { stored, kind } = change;
  const before = stored && change.describe(stored.dossier);
  if (stored === null || before === null) return halt(notFound(kind));
  const fits = checkVersion(before, ifMatch);
  if (!fits.ok) return fits;
  const made = change.make(stored.dossier);
  return made.ok ? planEntity({ ...change, after: made.value }, reader, keys) : made;
}

const verbs = { created: 'create', updated: 'update', deleted: 'delete' } as const;

function outcomeOf(before: object | null, after: object | null): keyof typeof verbs {
  if (after === null) return 'deleted';
  return before === null ? 'created' : 'updated';
}

function describeGone<T extends Facts>(change: EntityChange<T>): object | null {
  const { stored, describe, describeDeleted = describe } = change;
  return stored && describeDeleted(stored.dossier);
}
