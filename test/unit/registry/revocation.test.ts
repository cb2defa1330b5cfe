import { describe, expect, it } from '@jest/globals';
import {
  revocationId,
  revocationKinds,
  revoke,
  type RevocationFacts,
  type RevocationTarget,
} from '../../../src/registry/revocation.ts';
import { fc } from '../../support/properties.ts';

const now = 1_700_000_000_000;
const day = 86_400_000;
const stamp = { now, actor: 'ann', newId: () => 'unused' };
const terms = { keepMs: 30 * day };

function targetOf(more: Partial<RevocationTarget> = {}): RevocationTarget {
  return { kind: 'token', subject: 'hash', issuer: null, endsAt: null, ...more };
}

function make(
  target: RevocationTarget,
  before: RevocationFacts | null = null,
  note?: string,
  at = now,
): RevocationFacts {
  const made = revoke(before, target, note, terms, { ...stamp, now: at });
  if (!made.ok) throw new Error(JSON.stringify(made.stop));
  return made.value;
}

describe('the id of a revocation', () => {
  it('is a UUID that tells kinds, issuers and subjects apart', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        const ids = revocationKinds.flatMap((kind) => [
          revocationId(kind, one, null),
          revocationId(kind, one, other),
          ...(one === other ? [] : [revocationId(kind, other, null)]),
        ]);
        expect(new Set(ids).size).toBe(ids.length);
        for (const id of ids) {
          expect(id).toMatch(
            /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
          );
        }
      }),
    );
  });
});

describe('a revocation', () => {
  it.each<[string, Partial<RevocationTarget>, number]>([
    ['a token that does not tell its end', {}, 30 * day],
    ['a token with an end', { endsAt: now + 5 * day }, 5 * day + 3_600_000],
    ['a token that outlives what is usual', { endsAt: now + 400 * day }, 400 * day + 3_600_000],
    ['a token that says it has ended', { endsAt: now - day }, day],
    ['a jti', { kind: 'jti' }, 30 * day],
    ['a client', { kind: 'client_id' }, 30 * day],
    ['a session', { kind: 'session', endsAt: now + day }, 30 * day],
    ['a session that outlives that', { kind: 'session', endsAt: now + 90 * day }, 90 * day],
  ])('of %s is kept', (_name, more, ms) => {
    expect(make(targetOf(more)).until).toBe(now + ms);
  });

  it.each(revocationKinds)('of a %s names it only if it is no secret', (kind) => {
    const { subject, notBefore } = make(targetOf({ kind, subject: 'the-subject' }));
    const isMark = kind === 'client_id' || kind === 'consumer';

    expect({ subject, notBefore }).toEqual(
      isMark ? { subject: 'the-subject', notBefore: now } : { subject: null, notBefore: null },
    );
  });

  it('of a client moves on when it is made again, and never back', () => {
    const target = targetOf({ kind: 'client_id', subject: 'app' });
    const first = make(target);
    const second = make(target, first, undefined, now + 5000);
    const late = make(target, second, undefined, now + 1000);

    expect(second).toMatchObject({ notBefore: now + 5000, version: 2, id: first.id });
    expect(late).toMatchObject({ notBefore: now + 5000, until: second.until });
  });

  it('of a token made again is the same one', () => {
    const first = make(targetOf(), null, 'why');

    expect(make(targetOf(), first, undefined, now + 5000)).toBe(first);
    expect(make(targetOf(), first, 'why', now + 5000)).toBe(first);
    expect(make(targetOf(), first, 'because', now + 5000)).toMatchObject({ note: 'because' });
  });

  it.each<[Partial<RevocationTarget>, string | undefined, object]>([
    [{ kind: 'client_id', subject: '' }, undefined, { client_id: expect.any(String) }],
    [{ kind: 'client_id', subject: 'a\nb' }, undefined, { client_id: expect.any(String) }],
    [{ kind: 'jti', issuer: 'x'.repeat(2049) }, undefined, { issuer: expect.any(String) }],
    [{}, '\ud800', { note: expect.any(String) }],
  ])('is not made of %j', (more, note, fields) => {
    expect(revoke(null, targetOf(more), note, terms, stamp)).toEqual({
      ok: false,
      stop: { kind: 'invalid', fields },
    });
  });
});
