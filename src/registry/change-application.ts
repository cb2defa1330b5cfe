import { halt, pass, type Step } from '../lib/step.ts';
import { createConsumer, patchConsumer } from './change-consumer.ts';
import {
  checkId,
  checkName,
  checkShown,
  checkText,
  gather,
  maybe,
  type FieldProblem,
} from './check-fields.ts';
import { newFacts, touch, type ApplicationFacts, type Dossier, type Stamp } from './dossier.ts';
import type { ApplicationDraft, ConsumerDraft } from './ports.ts';
import { invalid, type RegistryProblem } from './problem.ts';

type Changed = Step<Dossier, RegistryProblem>;

/** An application with the Consumer that it owns. */
export function createApplication(
  draft: ApplicationDraft & { readonly id?: string | undefined },
  stamp: Stamp,
): Changed {
  const missing = 'required field missing';
  const checked = gather({
    ...problemsOf(draft),
    ...(draft.name === undefined && { name: missing }),
    ...(draft.customId === undefined && { custom_id: missing }),
    id: maybe(draft.id, checkId),
  });
  if (!checked.ok) return checked;
  const application: ApplicationFacts = {
    ...newFacts(draft.id?.toLowerCase() ?? stamp.newId(), stamp),
    name: draft.name ?? '',
    redirectUri: draft.redirectUri ?? null,
    owner: draft.owner ?? null,
  };
  const created = createConsumer(consumerDraft(application, draft), stamp);
  return created.ok ? pass({ ...created.value, application }) : blameName(created.stop);
}

/** The same dossier where nothing changes. */
export function editApplication(
  before: Dossier,
  present: ApplicationFacts,
  draft: ApplicationDraft,
  stamp: Stamp,
): Changed {
  const checked = gather(problemsOf(draft));
  if (!checked.ok) return checked;
  const application: ApplicationFacts = {
    ...present,
    name: draft.name ?? present.name,
    redirectUri: draft.redirectUri === undefined ? present.redirectUri : draft.redirectUri,
    owner: draft.owner === undefined ? present.owner : draft.owner,
  };
  const edited = patchConsumer(before, consumerDraft(application, draft), stamp);
  if (!edited.ok) return blameName(edited.stop);
  const same = JSON.stringify(application) === JSON.stringify(present);
  if (same && edited.value === before) return pass(before);
  return pass({ ...edited.value, application: touch(application, stamp) });
}

/** Kong names an application's Consumer after its owner and its name, too. */
export function applicationUsername({
  name,
  owner,
}: Pick<ApplicationFacts, 'name' | 'owner'>): string {
  return `${owner ?? 'application'}_${name}`;
}

function consumerDraft(application: ApplicationFacts, draft: ApplicationDraft): ConsumerDraft {
  return {
    username: applicationUsername(application),
    customId: draft.customId,
    tags: draft.tags,
    identityProvider: draft.identityProvider,
  };
}

function problemsOf(draft: ApplicationDraft): Record<string, FieldProblem> {
  return {
    name: maybe(draft.name, checkShown(checkName)),
    custom_id: maybe(draft.customId, checkShown(checkName)),
    redirect_uri: maybe(draft.redirectUri, checkShown(checkText)),
    owner: maybe(draft.owner, checkShown(checkName)),
  };
}

/** The caller gave no username; what is wrong with it came from the name. */
function blameName(problem: RegistryProblem): Changed {
  if (problem.kind !== 'invalid') return halt(problem);
  const { username, ...others } = problem.fields;
  return halt(invalid(username === undefined ? others : { ...others, name: username }));
}
