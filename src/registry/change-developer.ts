import { pass, type Step } from '../lib/step.ts';
import { checkId, checkName, checkText, gather, maybe, type FieldProblem } from './check-fields.ts';
import { etagOf, newFacts, touch, type Stamp } from './dossier.ts';
import type { DeveloperEntity } from './entities.ts';
import type { DeveloperDraft } from './ports.ts';
import type { RegistryProblem } from './problem.ts';

type Changed = Step<DeveloperEntity, RegistryProblem>;

export function createDeveloper(
  draft: DeveloperDraft & { readonly id?: string | undefined },
  stamp: Stamp,
): Changed {
  const { email, status = 'requested', meta = null, id } = draft;
  const checked = gather({
    id: maybe(id, checkId),
    email: email === undefined ? 'required field missing' : checkEmail(email),
    meta: maybe(meta, checkText),
  });
  if (!checked.ok) return checked;
  const facts = newFacts(id?.toLowerCase() ?? stamp.newId(), stamp);
  return pass({ ...facts, etag: etagOf(facts), email: email ?? '', status, meta });
}

/** The same developer where nothing changes. */
export function editDeveloper(
  before: DeveloperEntity,
  draft: DeveloperDraft,
  stamp: Stamp,
): Changed {
  const checked = gather({
    email: maybe(draft.email, checkEmail),
    meta: maybe(draft.meta, checkText),
  });
  if (!checked.ok) return checked;
  const edited: DeveloperEntity = {
    ...before,
    email: draft.email ?? before.email,
    status: draft.status ?? before.status,
    meta: draft.meta === undefined ? before.meta : draft.meta,
  };
  if (JSON.stringify(edited) === JSON.stringify(before)) return pass(before);
  const touched = touch(edited, stamp);
  return pass({ ...touched, etag: etagOf(touched) });
}

function checkEmail(email: string): FieldProblem {
  return (
    checkName(email) ?? (/^[^@\s]+@[^@\s]+$/.test(email) ? null : 'expected an e-mail address')
  );
}
