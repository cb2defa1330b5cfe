import { describe, expect, it } from '@jest/globals';
import { fc } from '../../../support/properties.ts';
import type { GrantPlan } from '../../../../src/authz/policy.ts';
import { Secret } from '../../../../src/lib/secret.ts';
import { createPairHasher } from '../../../../src/oauth/grants/hash-pair.ts';
import { grantPlan } from '../../../integration/oauth/grants/setup.ts';

const key = new Secret('a key of at least thirty-two bytes');
const hashPair = createPairHasher(key);

interface Question {
  readonly id?: string;
  readonly secret?: string;
  readonly plan?: Partial<GrantPlan>;
  readonly fingerprint?: string;
}

function hashOf(question: Question, hash = hashPair): string {
  const { id = 'app', secret = 's3cret', plan = {}, fingerprint = 'f' } = question;
  return hash({ id, secret }, grantPlan(plan), fingerprint);
}

const scope = (value: string) => [['scope', value]] as const;

describe('a pair’s hash', () => {
  it('is the same for the same question', () => {
    expect(hashOf({}, createPairHasher(key))).toBe(hashOf({}));
    expect(hashOf({ plan: { parameters: scope('a') } })).toBe(
      hashOf({ plan: { parameters: scope('a') } }),
    );
  });

  it.each<[string, Question]>([
    ['secret', { secret: 'S3cret' }],
    ['id', { id: 'App' }],
    ['border between id and secret', { id: 'apps', secret: '3cret' }],
    ['grant', { plan: { grant: 'password' } }],
    ['provider, or its rules', { fingerprint: 'g' }],
    ['parameter', { plan: { parameters: scope('orders') } }],
    ['name of a parameter', { plan: { parameters: [['audience', 'orders']] } }],
    ['number of parameters', { plan: { parameters: [...scope('orders'), ...scope('')] } }],
  ])('tells another %s', (_name, question) => {
    expect(hashOf(question)).not.toBe(hashOf({}));
  });

  it('depends on the key, which is another in each process', () => {
    const others = ['one', 'other'].map((text) => createPairHasher(new Secret(text)));

    expect(new Set([hashPair, ...others].map((hash) => hashOf({}, hash))).size).toBe(3);
  });

  it('is never the same for two pairs', () => {
    const pairs = fc.tuple(fc.string(), fc.string());
    fc.assert(
      fc.property(pairs, pairs, ([id, secret], [otherId, otherSecret]) => {
        const same = id === otherId && secret === otherSecret;

        expect(hashOf({ id, secret }) === hashOf({ id: otherId, secret: otherSecret })).toBe(same);
      }),
    );
  });
});
