import type { ConsumerRecord, Registration } from '../authz/consumer.ts';
import { sameConsumer } from './change-consumer.ts';
import { maxSteps } from './change-registration.ts';
import {
  newFacts,
  touch,
  type Dossier,
  type MembershipFacts,
  type RegistrationFacts,
  type Stamp,
} from './dossier.ts';
import type { RegistrationStepTaken } from './entities.ts';

/** An id for what was declared without one, the same at every import. */
export type NamePart = (kind: 'acl' | 'registration', name: string) => string;

/**
 * What a whole declared Consumer makes of the one that is there: what stays as it was keeps its id,
 * its tags and its history. An equal dossier where nothing changes.
 */
export function declareConsumer(
  before: Dossier | null,
  record: ConsumerRecord,
  stamp: Stamp,
  namePart: NamePart,
): Dossier {
  const same = before !== null && sameConsumer(before.record, record);
  const facts = before === null ? newFacts(record.id, stamp) : before.facts;
  return {
    record,
    facts: before === null || same ? facts : touch(facts, stamp),
    memberships: declareMemberships(before, record, stamp, namePart),
    registrations: declareRegistrations(before, record, stamp, namePart),
    application: before?.application ?? null,
  };
}

function declareMemberships(
  before: Dossier | null,
  { groups }: ConsumerRecord,
  stamp: Stamp,
  namePart: NamePart,
): ReadonlyMap<string, MembershipFacts> {
  const held = before?.memberships ?? new Map<string, MembershipFacts>();
  const taken = new Set(Array.from(held.values(), ({ id }) => id));
  return new Map(
    Array.from(groups, (group) => {
      const id = namePart('acl', group);
      const fresh = { ...newFacts(taken.has(id) ? stamp.newId() : id, stamp), tags: [] };
      return [group, held.get(group) ?? fresh];
    }),
  );
}

function declareRegistrations(
  before: Dossier | null,
  { registrations }: ConsumerRecord,
  stamp: Stamp,
  namePart: NamePart,
): ReadonlyMap<string, RegistrationFacts> {
  return new Map(
    Array.from(registrations, ([service, standing]) => {
      const facts = before?.registrations.get(service);
      const old = before?.record.registrations.get(service);
      if (facts === undefined || old === undefined) {
        const fresh = newFacts(namePart('registration', service), stamp);
        return [service, { ...fresh, note: null, steps: stepsTo(standing, null, stamp) }];
      }
      const steps = stepsTo(standing, old, stamp);
      if (steps.length === 0) return [service, facts];
      return [
        service,
        { ...touch(facts, stamp), steps: [...facts.steps, ...steps].slice(-maxSteps) },
      ];
    }),
  );
}

/** An import states what is; it asks no leave of the table of steps. */
function stepsTo(
  { status, suspended }: Registration,
  from: Registration | null,
  { now, actor }: Stamp,
): RegistrationFacts['steps'] {
  const to: RegistrationStepTaken['to'][] = [];
  if (status !== from?.status) to.push(status);
  if (suspended !== (from?.suspended ?? false)) {
    to.push(suspended ? 'suspended' : 'resumed');
  }
  return to.map((step) => ({ to: step, at: now, by: actor, note: null }));
}
