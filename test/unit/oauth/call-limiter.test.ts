import { describe, expect, it } from '@jest/globals';
import { CallLimiter } from '../../../src/oauth/call-limiter.ts';

const never = new AbortController().signal;

/** Calls that run until they are let go. */
function jobs(limiter: CallLimiter) {
  const started: string[] = [];
  const release = new Map<string, () => void>();
  const run = (name: string, doubtful = false, signal = never) =>
    limiter.run(doubtful, signal, () => {
      started.push(name);
      return new Promise<string>((resolve) => {
        release.set(name, () => {
          resolve(name);
        });
      });
    });
  const finish = async (name: string, result: Promise<string | null>) => {
    release.get(name)?.();
    return result;
  };
  return { started, run, finish };
}

/** Lets everything go on that can. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('CallLimiter', () => {
  it('runs as many calls as the cap has, and the next when one ends', async () => {
    const { started, run, finish } = jobs(new CallLimiter(2));
    const [first] = [run('a'), run('b'), run('c')];
    await settle();
    expect(started).toEqual(['a', 'b']);

    expect(await finish('a', first)).toBe('a');
    await settle();

    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('gives at most half of the cap to doubtful sources', async () => {
    const { started, run } = jobs(new CallLimiter(4));
    for (const name of ['bad-1', 'bad-2', 'bad-3']) void run(name, true);
    for (const name of ['good-1', 'good-2', 'good-3']) void run(name);
    await settle();

    expect(started).toEqual(['bad-1', 'bad-2', 'good-1', 'good-2']);
  });

  it('lets the others go first when a place gets free', async () => {
    const { started, run, finish } = jobs(new CallLimiter(2));
    const first = run('good-1');
    void run('bad-1', true);
    void run('bad-2', true);
    void run('good-2');
    await settle();
    await finish('good-1', first);
    await settle();

    expect(started).toEqual(['good-1', 'bad-1', 'good-2']);
  });

  it('refuses at once when the queue is full, for either kind on its own', async () => {
    const { run } = jobs(new CallLimiter(2));
    const bad = Array.from({ length: 6 }, (_, index) => run(`bad-${index}`, true));
    expect(await bad.at(-1)).toBeNull();
    const good = Array.from({ length: 10 }, (_, index) => run(`good-${index}`));

    expect(await good.at(-1)).toBeNull();
  });

  it('lets a waiting call leave, and gives its place to nobody twice', async () => {
    const { started, run, finish } = jobs(new CallLimiter(1));
    const leaving = new AbortController();
    const first = run('a');
    const second = run('b', false, leaving.signal);
    const third = run('c');
    leaving.abort();

    expect(await second).toBeNull();
    await finish('a', first);
    await settle();
    expect(started).toEqual(['a', 'c']);
    expect(await finish('c', third)).toBe('c');
  });

  it('starts nothing for a signal that has already aborted', async () => {
    const { started, run } = jobs(new CallLimiter(1));

    expect(await run('a', false, AbortSignal.abort())).toBeNull();
    expect(started).toEqual([]);
  });

  it('frees the place of a call that fails', async () => {
    const limiter = new CallLimiter(1);
    const failing = limiter.run(false, never, () => Promise.reject(new Error('bug')));
    await expect(failing).rejects.toThrow('bug');

    expect(await limiter.run(false, never, () => Promise.resolve('next'))).toBe('next');
  });
});
