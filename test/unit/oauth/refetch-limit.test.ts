import { describe, expect, it } from '@jest/globals';
import { RefetchLimit } from '../../../src/oauth/refetch-limit.ts';

function limitOf(loaded = false) {
  let now = 1_000_000;
  let fetches = 0;
  const limit = new RefetchLimit(30_000, { now: () => now }, loaded);
  const run = (ok: boolean) =>
    limit.run(async () => {
      fetches++;
      return ok;
    });
  return { limit, run, advance: (ms: number) => (now += ms), count: () => fetches };
}

describe('RefetchLimit', () => {
  it('fetches once per interval, and once for all who ask at the same time', async () => {
    const { run, advance, count } = limitOf();
    await Promise.all([run(true), run(true), run(true)]);
    expect(await run(false)).toBe('fresh');
    expect(count()).toBe(1);

    advance(29_999);
    await run(true);
    expect(count()).toBe(1);
    advance(1);
    await run(true);
    expect(count()).toBe(2);
  });

  it('says failed until the next fetch goes well', async () => {
    const { run, advance } = limitOf();
    await run(true);
    advance(30_000);

    expect(await run(false)).toBe('failed');
    expect(await run(true)).toBe('failed');
    advance(30_000);
    expect(await run(true)).toBe('fresh');
  });

  it('tries every second until something was had once', async () => {
    const { run, advance, count } = limitOf();
    await run(false);
    advance(999);
    await run(false);
    expect(count()).toBe(1);
    advance(1);
    await run(true);
    advance(1000);
    await run(true);

    expect(count()).toBe(2);
  });

  it('keeps to the interval from the start where something is at hand already', async () => {
    const { run, advance, count } = limitOf(true);
    await run(false);
    advance(29_999);
    await run(false);

    expect(count()).toBe(1);
  });

  it('does not lock up when a fetch throws or the clock is set back', async () => {
    const { limit, run, advance } = limitOf();
    await expect(limit.run(() => Promise.reject(new Error('bug')))).rejects.toThrow('bug');
    expect(limit.state).toBe('failed');

    advance(-3_600_000);
    expect(await run(true)).toBe('fresh');
  });
});
