import { describe, expect, it } from '@jest/globals';
import { pass } from '../../../../src/lib/step.ts';
import { MemoryReplayStore } from '../../../../src/oauth/proof/memory-replay-store.ts';

const never = new AbortController().signal;

/** Unless told otherwise, each key has an owner of its own. */
function storeOf(maxEntries = 3) {
  let now = 5_000_500;
  const store = new MemoryReplayStore({ maxEntries }, { now: () => now });
  const use = (key: string, ttlMs = 10_000, owner = key) => {
    const used = store.use(key, ttlMs, never, owner);
    return used.ok ? used.value : used.stop.reason;
  };
  return { store, use, wait: (ms: number) => (now += ms) };
}

describe('MemoryReplayStore', () => {
  it('lets a key be used once, until its time is over', () => {
    const { use, wait } = storeOf();

    expect([use('a'), use('a'), use('b')]).toEqual(['fresh', 'used', 'fresh']);
    wait(9_999);
    expect(use('a')).toBe('used');
    wait(1_500);
    expect(use('a')).toBe('fresh');
  });

  it('tells of a key without using it up', () => {
    const { store, use, wait } = storeOf();

    expect([store.look('a'), store.look('a')]).toEqual([pass('fresh'), pass('fresh')]);
    expect(use('a')).toBe('fresh');
    expect(store.look('a')).toEqual(pass('used'));
    wait(11_500);
    expect(store.look('a')).toEqual(pass('fresh'));
  });

  it('forgets nothing that must still be known, but says that it is full', () => {
    const { use, wait } = storeOf();
    expect([use('a'), use('b'), use('c')]).toEqual(['fresh', 'fresh', 'fresh']);

    expect(use('d')).toBe('overloaded');
    expect(['a', 'b', 'c'].map((key) => use(key))).toEqual(['used', 'used', 'used']);
    wait(11_000);
    expect(use('d')).toBe('fresh');
  });

  it('gives one owner a tenth of its room, and the others the rest', () => {
    const { use, wait } = storeOf(30);
    const byGreedy = (key: string, ttlMs?: number) => use(key, ttlMs, 'greedy');
    expect(['a', 'b'].map((key) => byGreedy(key))).toEqual(['fresh', 'fresh']);
    expect(byGreedy('c', 60_000)).toBe('fresh');

    expect([byGreedy('d'), byGreedy('a')]).toEqual(['overloaded', 'used']);
    expect(use('d')).toBe('fresh');
    wait(11_000);
    expect(['e', 'f', 'g'].map((key) => byGreedy(key))).toEqual(['fresh', 'fresh', 'overloaded']);
  });

  it('keeps no key beyond its time', () => {
    const { store, use, wait } = storeOf(1000);
    for (let index = 0; index < 500; index += 1) use(`key-${index}`, 1000 + index * 10);
    expect(store.size).toBe(500);

    wait(2_000);
    use('one more');
    expect(store.size).toBeLessThan(502 - 50);
    wait(3_600_000);
    use('the last');
    expect(store.size).toBe(1);
  });
});
