import { halt, pass, type Step } from '../../../lib/step.ts';
import { checkVersion } from '../../../registry/check-version.ts';
import type { Dossier } from '../../../registry/dossier.ts';
import { nameAction } from '../../../registry/name-action.ts';
import type {
  AclEntity,
  ApplicationEntity,
  ConsumerEntity,
  RegistrationEntity,
} from '../../../registry/entities.ts';
import type { WriteContext } from '../../../registry/ports.ts';
import { notFound, type RegistryProblem } from '../../../registry/problem.ts';
import {
  writeAcl,
  writeApplication,
  writeConsumer,
  writeRegistration,
} from '../../../registry/write-entity.ts';
import type { RedisKeys } from '../keys.ts';
import type { DossierReader, StoredDossier } from './dossier-reader.ts';
import { planSave } from './plan-save.ts';
import type { AuditDraft, Done, Plan } from './registry-writer.ts';

export type Planned<T> = Promise<Step<Plan<T>, RegistryProblem>>;

interface Entities {
  readonly consumer: ConsumerEntity;
  readonly acl: AclEntity;
  readonly application: ApplicationEntity;
  readonly registration: RegistrationEntity;
}

type Kind = keyof Entities;

/** What the audit trail has of an entity: what the Admin API shows. */
const writers: { readonly [K in Kind]: (entity: Entities[K]) => object } = {
  consumer: writeConsumer,
  acl: writeAcl,
  application: writeApplication,
  registration: writeRegistration,
};

/** How one entity of a dossier is told from before to after. */
export interface EntityChange<K extends Kind> {
  readonly kind: K;
  readonly stored: StoredDossier | null;
  /** Null = the Consumer is gone, too. */
  readonly after: Dossier | null;
  /** The entity in a dossier; null = it has none. */
  readonly describe: (dossier: Dossier) => Entities[K] | null;
  /** What the audit trail is told instead, of what is deleted. */
  readonly describeDeleted?: (dossier: Dossier) => object | null;
}

/** The plan that writes one changed entity, with its audit entry. */
export async function planEntity<K extends Kind>(
  change: EntityChange<K>,
  reader: DossierReader,
  keys: RedisKeys,
): Planned<Entities[K]> {
  const { kind, stored, after, describe } = change;
  const before = stored && describe(stored.dossier);
  const next = after && describe(after);
  const entity = next ?? before;
  if (entity === null) return halt(notFound(kind));
  if (after === stored?.dossier) return pass({ entity, outcome: 'unchanged', change: null });
  const saved = await planSave(stored, after, reader, keys);
  if (!saved.ok) return saved;
  const outcome = outcomeOf(before, next);
  const audit = {
    action: nameAction(kind, before, next),
    entity: entity.id,
    ...describeBoth(change, before, next),
  };
  return pass({ entity, outcome, change: { ...saved.value, audit } });
}

function describeBoth<K extends Kind>(
  change: EntityChange<K>,
  before: Entities[K] | null,
  after: Entities[K] | null,
): Pick<AuditDraft, 'before' | 'after'> {
  const write = writers[change.kind];
  if (after === null) return { before: describeGone(change), after };
  return { before: before && write(before), after: write(after) };
}

/** As {@link planEntity}, for a conditional change of what has to be there. */
export async function planPresent<K extends Kind>(
  change: Omit<EntityChange<K>, 'after'> & {
    readonly make: (before: Dossier) => Step<Dossier | null, RegistryProblem>;
  },
  { ifMatch }: WriteContext,
  reader: DossierReader,
  keys: RedisKeys,
): Planned<Entities[K]> {
  const { stored, kind } = change;
  const before = stored && change.describe(stored.dossier);
  if (stored === null || before === null) return halt(notFound(kind));
  const fits = checkVersion(before, ifMatch);
  if (!fits.ok) return fits;
  const made = change.make(stored.dossier);
  return made.ok ? planEntity({ ...change, after: made.value }, reader, keys) : made;
}

function outcomeOf(before: object | null, after: object | null): Done<unknown>['outcome'] {
  if (after === null) return 'deleted';
  return before === null ? 'created' : 'updated';
}

function describeGone<K extends Kind>(change: EntityChange<K>): object | null {
  const { stored, kind, describe, describeDeleted } = change;
  if (stored === null) return null;
  if (describeDeleted !== undefined) return describeDeleted(stored.dossier);
  const gone = describe(stored.dossier);
  return gone && writers[kind](gone);
}
