import type { Registration, RegistrationStatus } from '../authz/consumer.ts';
import type { EntityKind } from './problem.ts';

const statusVerbs = {
  requested: 'request',
  approved: 'approve',
  rejected: 'reject',
  revoked: 'revoke',
} as const satisfies Record<RegistrationStatus, string>;

/**
 * The action of an entry of the audit trail, from the entity before and after: `consumer.create`,
 * `acl.delete`, and of a registration the step it took, `registration.approve`. Where a change is two
 * steps at once, the status names it; `before` and `after` tell both.
 */
export function nameAction(kind: EntityKind, before: object | null, after: object | null): string {
  return `${kind}.${verbOf(before, after)}`;
}

function verbOf(before: object | null, after: object | null): string {
  if (after === null) return 'delete';
  if (before === null) return 'create';
  if (!isStanding(before) || !isStanding(after)) return 'update';
  if (before.status !== after.status) return statusVerbs[after.status];
  if (before.suspended === after.suspended) return 'update';
  return after.suspended ? 'suspend' : 'resume';
}

function isStanding(entity: object): entity is Registration {
  return 'status' in entity && 'suspended' in entity;
}
