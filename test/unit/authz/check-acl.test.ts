import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { checkAcl } from '../../../src/authz/check-acl.ts';
import type { AclPolicy } from '../../../src/authz/policy.ts';
import type { Subject } from '../../../src/authz/subject.ts';
import { consumerOf, policyOf } from '../../support/builders.ts';

function acl(type: 'allow' | 'deny', groups: string[], more: Partial<AclPolicy> = {}): AclPolicy {
  const off = { hideGroupsHeader: false, alwaysUseAuthenticatedGroups: false };
  return { type, groups: new Set(groups), ...off, ...more };
}

function subject(
  groups: string[] | null,
  asserted: string[] | null = null,
  anonymous = false,
): Subject {
  return {
    consumer: groups === null ? null : consumerOf({ groups: new Set(groups) }),
    anonymous,
    credentialIdentifier: null,
    authenticatedGroups: asserted,
  };
}

const prefer = { alwaysUseAuthenticatedGroups: true };

/** Kong's cases a to q (ACL plugin, handler.lua and its specification). */
describe('judges as the ACL plugin does', () => {
  it.each<[string, Subject, AclPolicy | null, string]>([
    ['a: no groups, allow list', subject([]), acl('allow', ['g']), 'group_not_allowed'],
    ['b: the same, anonymous', subject([], null, true), acl('allow', ['g']), 'subject_anonymous'],
    ['c: no groups, deny list', subject([]), acl('deny', ['g']), 'consumer:'],
    ['c: the same, anonymous', subject([], null, true), acl('deny', ['g']), 'consumer:'],
    ['d: asserted none, allow list', subject(null, []), acl('allow', ['g']), 'group_not_allowed'],
    ['e: asserted none, deny list', subject(null, []), acl('deny', ['g']), 'authenticated:'],
    [
      'g: nobody, nothing asserted, allow list',
      subject(null),
      acl('allow', ['g']),
      'group_not_allowed',
    ],
    ['g: nobody, nothing asserted, deny list', subject(null), acl('deny', ['g']), 'group_denied'],
    [
      'h: the Consumer’s groups decide',
      subject(['a'], ['g']),
      acl('allow', ['g']),
      'group_not_allowed',
    ],
    ['h: and are the ones sent', subject(['g'], ['a']), acl('allow', ['g']), 'consumer:g'],
    [
      'i: asserted groups decide alone',
      subject(['g'], ['a']),
      acl('allow', ['g'], prefer),
      'group_not_allowed',
    ],
    [
      'i: and are the ones sent',
      subject(['a'], ['g', 'h']),
      acl('allow', ['g'], prefer),
      'authenticated:g, h',
    ],
    ['j: preferred but absent', subject(['g']), acl('allow', ['g'], prefer), 'consumer:g'],
    [
      'k: anonymous with both',
      subject(['g'], ['a'], true),
      acl('allow', ['g']),
      'group_not_allowed',
    ],
    ['m: case matters', subject(['Admin']), acl('allow', ['admin']), 'group_not_allowed'],
    [
      'n: asserted groups past a deny list are sent',
      subject(null, ['a']),
      acl('deny', ['g']),
      'authenticated:a',
    ],
    ['a hit on the deny list', subject(['a', 'g']), acl('deny', ['g']), 'group_denied'],
    [
      'all groups are sent, not the matching ones',
      subject(['a', 'g']),
      acl('allow', ['g']),
      'consumer:a, g',
    ],
    ['hidden groups', subject(['g']), acl('allow', ['g'], { hideGroupsHeader: true }), 'none'],
    [
      'a group that would split the header is left out',
      subject(['g', 'a,b', 'c\r\n']),
      acl('allow', ['g']),
      'consumer:g',
    ],
    [
      'a group with blanks at its ends is not sent',
      subject(['g', ' admin']),
      acl('allow', ['g']),
      'consumer:g',
    ],
    ['no list at all', subject(['a']), null, 'consumer:a'],
    ['no list and no groups', subject([]), null, 'none'],
    ['no list and nobody', subject(null, ['a']), null, 'authenticated:a'],
  ])('%s', (_name, who, list, expected) => {
    const permit = checkAcl(who, policyOf({ acl: list }));

    if (!permit.ok) expect(permit.stop.reason).toBe(expected);
    else {
      const { groups } = permit.value;
      const sent = groups.header === 'none' ? 'none' : `${groups.header}:${groups.value}`;
      expect(sent).toBe(expected);
    }
  });

  it('as plain set arithmetic says', () => {
    const names = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'A', '__proto__'), { maxLength: 5 });
    const list = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'A', '__proto__'), { minLength: 1 });
    fc.assert(
      fc.property(
        names,
        list,
        fc.constantFrom('allow' as const, 'deny' as const),
        (has, listed, type) => {
          const hit = has.some((name) => listed.includes(name));
          const permit = checkAcl(subject(has), policyOf({ acl: acl(type, listed) }));
          expect(permit.ok).toBe(type === 'allow' ? hit : !hit);
        },
      ),
    );
  });
});
