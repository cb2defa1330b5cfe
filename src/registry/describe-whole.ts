import {
  describeApplication,
  describeConsumer,
  describeRegistration,
  type Dossier,
} from './dossier.ts';
import { writeApplication, writeConsumer, writeRegistration } from './write-entity.ts';

/** A Consumer with all that belongs to it, for the audit trail. */
export function describeWhole(dossier: Dossier): object {
  return { ...writeConsumer(describeConsumer(dossier)), ...describeBelongings(dossier) };
}

/** An application with all that goes with it; null where the Consumer is not an application's. */
export function describeWholeApplication(dossier: Dossier): object | null {
  const application = describeApplication(dossier);
  return application && { ...writeApplication(application), ...describeBelongings(dossier) };
}

function describeBelongings(dossier: Dossier): object {
  const registrations = [...dossier.registrations.keys()].flatMap(
    (service) => describeRegistration(dossier, service) ?? [],
  );
  return {
    groups: [...dossier.record.groups],
    registrations: registrations.map(writeRegistration),
  };
}
