import { describeConsumer, describeRegistration, type Dossier } from './dossier.ts';

/** A Consumer with all that belongs to it, for the audit trail. */
export function describeWhole(dossier: Dossier): object {
  const services = [...dossier.registrations.keys()];
  return {
    ...describeConsumer(dossier),
    groups: [...dossier.record.groups],
    registrations: services.map((service) => describeRegistration(dossier, service)),
  };
}
