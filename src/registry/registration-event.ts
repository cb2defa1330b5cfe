import type { RegistrationStatus } from '../authz/consumer.ts';
import type { RegistrationEntity } from './entities.ts';

/** What others can be told of a registration. */
export const registrationEventTypes = [
  'registration.requested',
  'registration.approved',
  'registration.rejected',
  'registration.revoked',
  'registration.suspended',
  'registration.resumed',
  'registration.deleted',
] as const;

export type RegistrationEventType = (typeof registrationEventTypes)[number];

/** What an event says of a registration. */
export type RegistrationView = Pick<
  RegistrationEntity,
  'id' | 'service' | 'status' | 'suspended' | 'note' | 'version' | 'consumer' | 'application'
>;

/** A registration before and after one write; null = there was, or is, none. */
export interface ToldChange {
  readonly before: RegistrationView | null;
  readonly after: RegistrationView | null;
}

/** One entry of the audit trail, as far as registrations are concerned. */
export interface ToldWrite {
  /** Position in the trail. */
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly actor: string;
  readonly changes: readonly ToldChange[];
}

export interface RegistrationEvent {
  /** The same in every telling: the entry of the audit trail, and which of its events this is. */
  readonly id: string;
  readonly type: RegistrationEventType;
  readonly at: number;
  readonly actor: string;
  /** As it is afterwards; of a deleted one, as it was. */
  readonly registration: RegistrationView;
  readonly previousStatus: RegistrationStatus | null;
}

/** The events of a write, in the order in which they came about; a changed note alone is none. */
export function eventsOf({ id, at, actor, changes }: ToldWrite): readonly RegistrationEvent[] {
  const told = changes.flatMap((change) => {
    const registration = change.after ?? change.before;
    if (registration === null) return [];
    const previousStatus = change.before?.status ?? null;
    return typesOf(change).map((type) => ({ type, registration, previousStatus }));
  });
  return told.map((event, index) => ({ id: `${id}-${String(index)}`, at, actor, ...event }));
}

function typesOf({ before, after }: ToldChange): RegistrationEventType[] {
  if (after === null) return ['registration.deleted'];
  const types: RegistrationEventType[] = [];
  if (before?.status !== after.status) types.push(`registration.${after.status}`);
  if ((before?.suspended ?? false) !== after.suspended) {
    types.push(after.suspended ? 'registration.suspended' : 'registration.resumed');
  }
  return types;
}
