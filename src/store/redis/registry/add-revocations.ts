import { pass, type Step } from '../../../lib/step.ts';
import type { Stamp } from '../../../registry/dossier.ts';
import type { RegistryProblem } from '../../../registry/problem.ts';
import type { RevocationTarget, RevocationTerms } from '../../../registry/revocation.ts';
import type { RedisKeys } from '../keys.ts';
import type { Revision } from '../revocations/revision.ts';
import type { DossierReader } from './dossier-reader.ts';
import { auditOf, planRevocation } from './plan-revocation.ts';
import type { Plan } from './registry-writer.ts';

export interface MoreRevocations {
  readonly targets: readonly RevocationTarget[];
  readonly note: string;
  readonly terms: RevocationTerms;
  /** Where the change revokes something itself: the revision that it makes. */
  readonly after?: Revision | undefined;
}

type Change = NonNullable<Plan<unknown>['change']>;

/** A change, and revocations in the same write. No limit stands against those. */
export async function addRevocations(
  change: Change,
  { targets, note, terms, after: first }: MoreRevocations,
  reader: DossierReader,
  keys: RedisKeys,
  stamp: Stamp,
): Promise<Step<Change, RegistryProblem>> {
  let whole = change;
  let last = first;
  for (const target of targets) {
    const wanted = { target, note, terms, after: last };
    const planned = await planRevocation(wanted, reader, keys, stamp);
    if (!planned.ok) return planned;
    const { change: more, before, after, revision } = planned.value;
    if (more === null) continue;
    last = revision;
    whole = {
      ...whole,
      changes: new Map([...whole.changes, ...more.changes]),
      members: [...whole.members, ...more.members],
      audit: { ...whole.audit, also: [...(whole.audit.also ?? []), auditOf(before, after)] },
    };
  }
  return pass(whole);
}
