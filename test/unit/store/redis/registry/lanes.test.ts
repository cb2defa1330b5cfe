import { describe, expect, it } from '@jest/globals';
import { Lanes } from '../../../../../src/store/redis/registry/lanes.ts';

describe('lanes', () => {
  it('do work of one name in turn, whether it fails or not, and of others at once', async () => {
    const lanes = new Lanes();
    const log: string[] = [];
    const gate = Promise.withResolvers<undefined>();
    const work = (name: string, until?: Promise<unknown>) => async () => {
      log.push(`${name} begins`);
      await until;
      log.push(`${name} ends`);
      if (name === 'a1') throw new Error('a1');
      return name;
    };

    const first = lanes.run('a', work('a1', gate.promise));
    const second = lanes.run('a', work('a2'));
    expect(await lanes.run('b', work('b1'))).toBe('b1');
    gate.resolve(undefined);

    await expect(first).rejects.toThrow('a1');
    expect(await second).toBe('a2');
    expect(log).toEqual(['a1 begins', 'b1 begins', 'b1 ends', 'a1 ends', 'a2 begins', 'a2 ends']);
  });
});
