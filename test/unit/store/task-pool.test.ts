import { describe, expect, it } from '@jest/globals';
import { TaskPool } from '../../../src/store/task-pool.ts';

describe('a task pool', () => {
  it('runs so many tasks at a time, and all of them', async () => {
    const pool = new TaskPool(3);
    let [running, most, done] = [0, 0, 0];
    for (let count = 0; count < 20; count += 1) {
      await pool.add(async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
        done += 1;
      });
    }
    await pool.drain();
    expect([most, done]).toEqual([3, 20]);
  });

  it('ends with the first failure, and starts nothing after it', async () => {
    const pool = new TaskPool(1);
    let started = 0;
    await pool.add(() => Promise.reject(new Error('first')));
    await expect(
      pool.add(async () => {
        started += 1;
      }),
    ).rejects.toThrow('first');
    await expect(pool.drain()).rejects.toThrow('first');
    expect(started).toBe(0);
  });
});
