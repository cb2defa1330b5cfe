import { describe, expect, it } from '@jest/globals';
import { hashToken, revocationId, type RevocationKind } from '../../../src/registry/revocation.ts';
import { RevocationMemory } from '../../../src/store/revocation-memory.ts';
import { fc } from '../../support/properties.ts';

const start = 1_700_000_000_000;
const hour = 3_600_000;

function create() {
  const clock = { time: start, now: () => clock.time };
  const memory = new RevocationMemory(clock);
  const add = (
    kind: RevocationKind,
    subject: string,
    more: { issuer?: string; notBefore?: number; until?: number } = {},
  ): string => {
    const { issuer = null, notBefore = null, until = start + hour } = more;
    const id = revocationId(kind, subject, issuer);
    memory.add(id, { kind, issuer, notBefore, until });
    return id;
  };
  return { clock, memory, add };
}

describe('what is revoked', () => {
  it('is found by what a request brings, and by nothing else', () => {
    const { memory, add } = create();
    add('token', hashToken('a-token'));
    add('session', 'a-session');
    add('jti', 'j1');
    add('jti', 'j2', { issuer: 'https://one' });
    add('consumer', 'c1', { notBefore: start });

    expect([memory.hasTokenText('a-token'), memory.hasTokenText('another')]).toEqual([true, false]);
    expect(memory.hasToken(hashToken('a-token'))).toBe(true);
    expect([memory.hasSession('a-session'), memory.hasSession('a-token')]).toEqual([true, false]);
    expect(memory.hasJti('j1', 'https://any')).toBe(true);
    expect(memory.hasJti('j2', 'https://one')).toBe(true);
    expect(memory.hasJti('j2', 'https://two')).toBe(false);
    expect(memory.ofConsumer('c1')).toMatchObject({ notBefore: start });
    expect(memory.ofClient('c1', 'https://one')).toBeNull();
    expect(memory.size).toBe(5);
  });

  it('is forgotten when its time is over, and not before', () => {
    const { clock, memory, add } = create();
    add('token', hashToken('a-token'), { until: start + hour });
    add('client_id', 'app', { notBefore: start, until: start + hour });

    clock.time = start + hour - 1;
    memory.purge();
    expect(memory.hasTokenText('a-token')).toBe(true);
    expect(memory.ofClient('app', 'i')).not.toBeNull();
    clock.time = start + hour;
    expect(memory.hasTokenText('a-token')).toBe(false);
    expect(memory.ofClient('app', 'i')).toBeNull();
    clock.time = start + 2 * hour;
    memory.purge();
    expect(memory.size).toBe(0);
  });

  it('is forgotten bit by bit, as far as it is told', () => {
    const { clock, memory, add } = create();
    for (const subject of ['a', 'b', 'c']) add('jti', subject);
    add('jti', 'stays', { until: start + 9 * hour });
    clock.time = start + 2 * hour;
    expect([memory.purge(2), memory.size]).toEqual([false, 2]);
    expect([memory.purge(2), memory.size]).toEqual([true, 1]);
  });

  it('lasts as long as whoever said the most of it', () => {
    const { clock, memory, add } = create();
    add('jti', 'j1', { until: start + 3 * hour });
    add('jti', 'j1', { until: start + hour });

    clock.time = start + 2 * hour;
    memory.purge();

    expect(memory.hasJti('j1', 'i')).toBe(true);
  });

  it('is not lost when somebody lifts it and revokes it again', () => {
    const { memory, add } = create();
    const id = add('jti', 'j1');
    memory.remove(id);
    expect(memory.hasJti('j1', 'i')).toBe(false);
    add('jti', 'j1');
    expect(memory.hasJti('j1', 'i')).toBe(true);
    expect([...memory.ids()]).toEqual([id]);
  });
});

describe('what a client had by then', () => {
  it('moves on with a newer revocation, of which this process learns when it hears of it', () => {
    const { clock, memory, add } = create();
    add('client_id', 'app', { notBefore: start });
    clock.time += 50;
    add('client_id', 'app', { notBefore: start });
    expect(memory.ofClient('app', 'i')).toMatchObject({ notBefore: start, learntAt: start });
    add('client_id', 'app', { notBefore: start + 10 });
    expect(memory.ofClient('app', 'i')).toMatchObject({
      notBefore: start + 10,
      learntAt: start + 50,
    });
  });

  it('is learnt by a clock that nobody sets back', () => {
    const clock = { now: () => start, steady: () => 42.5 };
    const memory = new RevocationMemory(clock);
    const known = { issuer: null, notBefore: start, until: start + hour };
    memory.add(revocationId('consumer', 'c', null), { kind: 'consumer', ...known });

    expect(memory.ofConsumer('c')).toMatchObject({ notBefore: start, learntAt: 42.5 });
  });

  it('is the later one of that of its issuer and that of all', () => {
    const { memory, add } = create();
    add('client_id', 'app', { notBefore: start + 5 });
    add('client_id', 'app', { notBefore: start + 9, issuer: 'https://one' });

    expect(memory.ofClient('app', 'https://one')?.notBefore).toBe(start + 9);
    expect(memory.ofClient('app', 'https://two')?.notBefore).toBe(start + 5);
  });

  it('never goes back, in whatever order it is heard of', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), (offsets) => {
        const { memory, add } = create();
        for (const offset of offsets) add('consumer', 'c', { notBefore: start + offset });
        const newest = start + offsets.reduce((one, other) => Math.max(one, other));
        expect(memory.ofConsumer('c')?.notBefore).toBe(newest);
        expect(memory.size).toBe(1);
      }),
    );
  });
});
