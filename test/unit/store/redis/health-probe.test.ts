import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HealthProbe } from '../../../../src/store/redis/health-probe.ts';

let answer: () => Promise<unknown>;
let events: string[];
let probe: HealthProbe;

const good = () => Promise.resolve(1);
const late = () => Promise.reject(new Error('Command timed out'));
const refused = () => Promise.reject(new Error('refused'));

beforeEach(() => {
  jest.useFakeTimers();
  events = [];
  probe = new HealthProbe({
    ask: () => answer(),
    explain: (error) => (error as Error).message,
    intervalMs: 1000,
    onChange: ({ up, reason }) => events.push(up ? 'up' : `down: ${reason ?? ''}`),
  });
});

afterEach(async () => {
  await probe.stop();
  jest.useRealTimers();
});

describe('the health probe', () => {
  it('asks often until the first answer, which it announces', async () => {
    answer = refused;
    probe.start();
    const first = probe.firstAnswer(new AbortController().signal);
    await jest.advanceTimersByTimeAsync(200);
    expect([probe.up, probe.reason]).toEqual([false, 'refused']);
    answer = good;
    await jest.advanceTimersByTimeAsync(50);
    await first;
    expect(events).toEqual(['up']);
  });

  it.each<[string, (() => Promise<unknown>)[], string[]]>([
    ['one late answer', [late], ['up']],
    ['late answers with a good one between', [late, good, late], ['up']],
    ['two late answers', [late, late], ['up', 'down: Command timed out']],
    ['a refusal', [refused], ['up', 'down: refused']],
    ['a refusal and recovery', [refused, refused, good], ['up', 'down: refused', 'up']],
  ])('tells of what changes at %s', async (_, answers, expected) => {
    answer = good;
    probe.start();
    for (const next of answers) {
      await jest.advanceTimersByTimeAsync(500);
      answer = next;
      await jest.advanceTimersByTimeAsync(500);
    }
    expect(events).toEqual(expected);
  });

  it('stops waiting for the first answer when the signal aborts', async () => {
    answer = refused;
    probe.start();
    await expect(probe.firstAnswer(AbortSignal.abort(new Error('enough')))).rejects.toThrow(
      'enough',
    );
  });
});
