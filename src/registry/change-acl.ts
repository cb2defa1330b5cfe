import { joinGroups } from '../authz/header-value.ts';
import { halt, pass, type Step } from '../lib/step.ts';
import { checkId, checkName, checkTags, gather, maybe } from './check-fields.ts';
import {
  newFacts,
  touch,
  withMemberships,
  type Dossier,
  type MembershipFacts,
  type Stamp,
} from './dossier.ts';
import type { AclDraft, AclKey } from './ports.ts';
import { invalid, type RegistryProblem } from './problem.ts';

/** A changed dossier, and the group that it is about. */
export interface ChangedAcl {
  readonly dossier: Dossier;
  readonly group: string;
}

type Changed = Step<ChangedAcl, RegistryProblem>;

/** The group of the membership that `key` names; null = there is none. */
export function findGroup({ memberships }: Dossier, { by, value }: AclKey): string | null {
  if (by === 'group') return memberships.has(value) ? value : null;
  const id = value.toLowerCase();
  return [...memberships].find(([, facts]) => facts.id === id)?.[0] ?? null;
}

export function addAcl(
  before: Dossier,
  draft: AclDraft & { readonly id?: string | undefined },
  stamp: Stamp,
): Changed {
  const { group, id } = draft;
  if (group === undefined) return halt(invalid({ group: 'required field missing' }));
  const checked = gather({
    id: maybe(id, checkId),
    group: checkName(group),
    tags: maybe(draft.tags, checkTags),
  });
  if (!checked.ok) return checked;
  const held = before.memberships.get(group);
  if (held !== undefined) {
    return halt({ kind: 'conflict', attribute: 'group', holder: { entity: 'acl', id: held.id } });
  }
  const facts = newFacts(id?.toLowerCase() ?? stamp.newId(), stamp);
  if (findGroup(before, { by: 'id', value: facts.id }) !== null) {
    return halt({ kind: 'conflict', attribute: 'id', holder: { entity: 'acl', id: facts.id } });
  }
  const membership = { ...facts, tags: [...new Set(draft.tags)] };
  return place(before, new Map([...before.memberships, [group, membership]]), group);
}

/** What a `PUT` at `key` makes of the membership there, or of none. */
export function replaceAcl(before: Dossier, key: AclKey, draft: AclDraft, stamp: Stamp): Changed {
  const group = draft.group ?? (key.by === 'group' ? key.value : undefined);
  if (group === undefined) return halt(invalid({ group: 'required field missing' }));
  const present = findGroup(before, key);
  if (present !== null) return editAcl(before, present, { group, tags: draft.tags ?? [] }, stamp);
  const id = key.by === 'id' ? key.value : undefined;
  return addAcl(before, { group, tags: draft.tags, id }, stamp);
}

/** The same dossier where nothing changes. */
export function editAcl(before: Dossier, present: string, draft: AclDraft, stamp: Stamp): Changed {
  const facts = before.memberships.get(present);
  if (facts === undefined) return halt({ kind: 'not_found', entity: 'acl' });
  const group = draft.group ?? present;
  const checked = gather({ group: checkName(group), tags: maybe(draft.tags, checkTags) });
  if (!checked.ok) return checked;
  const holder = before.memberships.get(group);
  if (holder !== undefined && holder.id !== facts.id) {
    return halt({ kind: 'conflict', attribute: 'group', holder: { entity: 'acl', id: holder.id } });
  }
  const tags = draft.tags === undefined ? facts.tags : [...new Set(draft.tags)];
  if (group === present && JSON.stringify(tags) === JSON.stringify(facts.tags)) {
    return pass({ dossier: before, group });
  }
  // In its place, since the record tells the groups in their order.
  const entries = [...before.memberships].map(([name, one]): [string, MembershipFacts] =>
    name === present ? [group, { ...touch(facts, stamp), tags }] : [name, one],
  );
  return place(before, new Map(entries), group);
}

export function removeAcl(before: Dossier, group: string): Dossier {
  const rest = [...before.memberships].filter(([name]) => name !== group);
  return withMemberships(before, new Map(rest));
}

function place(
  before: Dossier,
  memberships: ReadonlyMap<string, MembershipFacts>,
  group: string,
): Changed {
  if (joinGroups(memberships.keys()) === null) {
    const message = 'the groups of this Consumer would be longer than a header may be';
    return halt(invalid({ group: message }));
  }
  return pass({ dossier: withMemberships(before, memberships), group });
}
