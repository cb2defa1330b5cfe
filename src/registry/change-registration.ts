import { halt, pass, type Step } from '../lib/step.ts';
import { checkId, checkName, checkShown, checkText, gather, maybe } from './check-fields.ts';
import { newFacts, touch, withRegistration, type Dossier, type Stamp } from './dossier.ts';
import type { RegistrationStepTaken } from './entities.ts';
import type { RegistrationChange, RegistrationRequest } from './ports.ts';
import { notFound, type RegistryProblem } from './problem.ts';
import { stepRegistration } from './registration-steps.ts';

/** The audit trail has the others. */
export const maxSteps = 20;

type Changed = Step<Dossier, RegistryProblem>;

export function requestRegistration(
  before: Dossier,
  request: Omit<RegistrationRequest, 'subject'>,
  stamp: Stamp,
): Changed {
  const { service, autoApprove, note = null, id } = request;
  const checked = gather({
    id: maybe(id, checkId),
    service: checkName(service),
    note: maybe(note, checkShown(checkText)),
  });
  if (!checked.ok) return checked;
  const held = [...before.registrations].find(
    ([name, facts]) => name === service || facts.id === id?.toLowerCase(),
  );
  if (held !== undefined) {
    const holder = { entity: 'registration', id: held[1].id } as const;
    return halt({ kind: 'conflict', attribute: held[0] === service ? 'service' : 'id', holder });
  }
  const status = autoApprove ? 'approved' : 'requested';
  const facts = newFacts(id?.toLowerCase() ?? stamp.newId(), stamp);
  return pass(
    withRegistration(before, service, {
      standing: { status, suspended: false },
      facts: { ...facts, note, steps: [taken(status, note, stamp)] },
    }),
  );
}

/** The same dossier where nothing changes. */
export function changeRegistration(
  before: Dossier,
  service: string,
  change: RegistrationChange,
  stamp: Stamp,
): Changed {
  const facts = before.registrations.get(service);
  const standing = before.record.registrations.get(service);
  if (facts === undefined || standing === undefined) return halt(notFound('registration'));
  const checked = gather({ note: maybe(change.note, checkShown(checkText)) });
  if (!checked.ok) return checked;
  const stepped = stepRegistration(standing, change);
  if (!stepped.ok) return stepped;
  const note = change.note === undefined ? facts.note : change.note;
  if (stepped.value.taken.length === 0 && note === facts.note) return pass(before);
  const steps = stepped.value.taken.map((to) => taken(to, change.note ?? null, stamp));
  return pass(
    withRegistration(before, service, {
      standing: stepped.value.standing,
      facts: { ...touch(facts, stamp), note, steps: [...facts.steps, ...steps].slice(-maxSteps) },
    }),
  );
}

function taken(
  to: RegistrationStepTaken['to'],
  note: string | null,
  { now, actor }: Stamp,
): RegistrationStepTaken {
  return { to, at: now, by: actor, note };
}
