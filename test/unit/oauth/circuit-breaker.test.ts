import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { systemClock } from '../../../src/lib/clock.ts';
import { CircuitBreaker } from '../../../src/oauth/circuit-breaker.ts';
import type { CallOutcome } from '../../../src/oauth/report.ts';

let states: string[];
let breaker: CircuitBreaker;

beforeEach(() => {
  jest.useFakeTimers();
  states = [];
  breaker = new CircuitBreaker(systemClock, (state) => states.push(state));
});

afterEach(() => {
  jest.useRealTimers();
});

async function call(outcome: CallOutcome, times = 1, counts = true): Promise<number> {
  let made = 0;
  for (let each = 0; each < times; each++) {
    await breaker.run(counts, async () => {
      made++;
      return { outcome };
    });
  }
  return made;
}

describe('CircuitBreaker', () => {
  it.each(['connection', 'timeout', 'http_429', 'http_5xx'] as const)(
    'opens after ten calls that end in %s',
    async (outcome) => {
      expect(await call(outcome, 15)).toBe(10);
      expect(breaker.state).toBe('open');
    },
  );

  it.each(['success', 'redirect', 'http_4xx', 'too_large', 'protocol'] as const)(
    'stays closed however many calls end in %s',
    async (outcome) => {
      expect(await call(outcome, 50)).toBe(50);
      expect(states).toEqual([]);
    },
  );

  it('opens at half, and not before', async () => {
    await call('success', 6);
    await call('timeout', 5);
    expect(breaker.state).toBe('closed');
    await call('timeout', 1);

    expect(breaker.state).toBe('open');
  });

  it('tries again after a second, and closes when that goes well', async () => {
    await call('connection', 10);
    jest.advanceTimersByTime(999);
    expect(await call('success')).toBe(0);
    jest.advanceTimersByTime(1);

    expect(await call('success')).toBe(1);
    expect(states).toEqual(['open', 'half_open', 'closed']);
  });

  it('stays open when the try fails', async () => {
    await call('connection', 10);
    jest.advanceTimersByTime(1000);

    expect(await call('connection', 5)).toBe(1);
    expect(breaker.state).toBe('open');
  });

  it('makes one try at a time, for which nobody else waits', async () => {
    await call('connection', 10);
    jest.advanceTimersByTime(1000);
    const gate = Promise.withResolvers<{ outcome: CallOutcome }>();
    const trial = breaker.run(true, () => gate.promise);

    expect(await call('success', 3)).toBe(0);
    gate.resolve({ outcome: 'success' });
    await trial;
    expect(await call('success')).toBe(1);
  });

  it('cannot be opened by calls that do not count', async () => {
    expect(await call('http_429', 50, false)).toBe(50);
    expect(breaker.state).toBe('closed');
  });

  it('holds those calls back as well while it is open', async () => {
    await call('timeout', 10);

    expect(await call('success', 5, false)).toBe(0);
  });

  it('lets them through one at a time after a second, and closes when one is answered', async () => {
    await call('timeout', 10);
    jest.advanceTimersByTime(1000);
    const gate = Promise.withResolvers<{ outcome: CallOutcome }>();
    const scout = breaker.run(false, () => gate.promise);

    expect(await call('success', 3, false)).toBe(0);
    gate.resolve({ outcome: 'success' });
    expect(await scout).toEqual({ outcome: 'success' });
    expect(breaker.state).toBe('closed');
  });

  it('does not let them use up the try of those that count', async () => {
    await call('timeout', 10);
    jest.advanceTimersByTime(1000);
    expect(await call('timeout', 5, false)).toBe(5);
    expect(breaker.state).toBe('open');

    expect(await call('success')).toBe(1);
    expect(breaker.state).toBe('closed');
  });

  it('closes although one of them ended without a result', async () => {
    await call('timeout', 10);
    jest.advanceTimersByTime(1000);
    await expect(breaker.run(false, () => Promise.reject(new Error('bug')))).rejects.toThrow('bug');

    expect(await call('success', 1, false)).toBe(1);
    expect(breaker.state).toBe('closed');
  });

  it('keeps the answer of one that came when a try had failed', async () => {
    await call('timeout', 10);
    jest.advanceTimersByTime(1000);
    const gate = Promise.withResolvers<{ outcome: CallOutcome }>();
    const scout = breaker.run(false, () => gate.promise);
    await call('timeout');
    gate.resolve({ outcome: 'success' });

    expect(await scout).toEqual({ outcome: 'success' });
    expect(breaker.state).toBe('open');
  });
});
