import { selectGroups } from '../check-acl.ts';
import { readWords } from '../claims.ts';
import type { Subject } from '../subject.ts';
import { isStoodIn, type CaseOfPolicy } from './case.ts';
import { list } from './words.ts';

/** What a registration is asked for, and how it stands. */
export function describeRegistration({ policy, final }: CaseOfPolicy): string[] {
  const { service } = policy;
  if (!policy.registrationRequired) return [];
  const found = final.decision.trail.consumer?.registrations.get(service);
  const standing =
    found === undefined
      ? 'there is none'
      : `${found.status}${found.suspended ? ', suspended' : ''}`;
  return [`An approved registration for ${service} is required; it is: ${standing}.`];
}

/** The list, and the groups that speak. */
export function describeAcl(it: CaseOfPolicy): string[] {
  const { acl } = it.policy;
  if (acl === null) return [];
  const speaking = speakingGroups(it);
  const whose = { consumer: 'the Consumer', authenticated: 'the identity provider’s word' };
  return [
    acl.type === 'allow'
      ? `One of these groups is required: ${list(acl.groups)}.`
      : `None of these groups may be there: ${list(acl.groups)}.`,
    speaking === null
      ? 'Nobody’s groups are known.'
      : `Groups by ${whose[speaking.header]}: ${list(speaking.groups)}.`,
  ];
}

/** The groups that the decision looked at; null = there is nobody to have any. */
export function speakingGroups(it: CaseOfPolicy): ReturnType<typeof selectGroups> {
  return selectGroups(subjectOf(it), it.policy.acl?.alwaysUseAuthenticatedGroups ?? false);
}

function subjectOf(it: CaseOfPolicy): Subject {
  const { consumer, token } = it.final.decision.trail;
  const provider = it.policy.providers.get(token?.provider ?? '');
  return {
    consumer,
    anonymous: isStoodIn(it),
    credentialIdentifier: null,
    authenticatedGroups:
      token === null || provider === undefined
        ? null
        : readWords(token.claims, provider.groupsClaims),
  };
}
