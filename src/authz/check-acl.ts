import { halt, pass, type Step } from '../lib/step.ts';
import { deny, type Deny } from './refusal.ts';
import { joinGroups } from './header-value.ts';
import { mintPermit, type Permit, type PermittedGroups } from './permit.ts';
import type { AclPolicy, Policy } from './policy.ts';
import type { Subject } from './subject.ts';

/** The groups that speak for a subject, and the header that carries them. */
export interface SpeakingGroups {
  readonly header: 'consumer' | 'authenticated';
  readonly groups: ReadonlySet<string>;
}

/** Kong's ACL plugin (handler.lua), on the groups of the Consumer or those that the provider asserts. */
export function checkAcl(subject: Subject, policy: Policy): Step<Permit, Deny> {
  const { acl } = policy;
  const speaking = selectGroups(subject, acl?.alwaysUseAuthenticatedGroups ?? false);
  if (acl !== null) {
    const refused = judgeGroups(subject, speaking, acl);
    if (refused !== null) return halt(refused);
  }
  return pass(mintPermit('allowed', subject, groupsHeader(speaking, acl)));
}

/** A Consumer's own groups speak, unless it is anonymous or the policy prefers the provider's. */
export function selectGroups(
  subject: Subject,
  preferAuthenticated: boolean,
): SpeakingGroups | null {
  const { consumer, authenticatedGroups } = subject;
  if (
    authenticatedGroups !== null &&
    (consumer === null || subject.anonymous || preferAuthenticated)
  ) {
    return { header: 'authenticated', groups: new Set(authenticatedGroups) };
  }
  return consumer === null ? null : { header: 'consumer', groups: consumer.groups };
}

function judgeGroups(
  subject: Subject,
  speaking: SpeakingGroups | null,
  acl: AclPolicy,
): Deny | null {
  if (acl.type === 'deny') {
    // Without a Consumer and without asserted groups nobody can tell what the deny list would say.
    return speaking === null || intersects(acl.groups, speaking.groups)
      ? deny('group_denied')
      : null;
  }
  if (speaking !== null && intersects(acl.groups, speaking.groups)) return null;
  const nobody = subject.anonymous && (speaking === null || speaking.groups.size === 0);
  return deny(nobody ? 'subject_anonymous' : 'group_not_allowed');
}

function intersects(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  const [small, large] = some.size <= others.size ? [some, others] : [others, some];
  for (const item of small) if (large.has(item)) return true;
  return false;
}

function groupsHeader(speaking: SpeakingGroups | null, acl: AclPolicy | null): PermittedGroups {
  if (speaking === null || acl?.hideGroupsHeader === true) return { header: 'none' };
  // Kong sends an empty header for a subject without groups that a deny list let through.
  if (speaking.groups.size === 0 && acl === null) return { header: 'none' };
  const value = joinGroups(speaking.groups);
  if (value === null) return { header: 'none' };
  return { header: speaking.header, value, names: speaking.groups };
}
