import { describe, expect, it } from '@jest/globals';
import { Readiness } from '../../../src/server/readiness.ts';

const ready = { status: 'ready' } as const;
const degraded = { status: 'degraded', reason: 'slow' } as const;
const notReady = { status: 'not_ready', reason: 'lost' } as const;

function readinessOf(...states: (typeof ready | typeof degraded | typeof notReady)[]): Readiness {
  const readiness = new Readiness([]);
  readiness.replace(new Map(states.map((state, index) => [`part-${String(index)}`, state])));
  return readiness;
}

describe('readiness', () => {
  it.each([
    ['nothing to wait for', [], 'ready', true],
    ['all ready', [ready, ready], 'ready', true],
    ['one degraded', [ready, degraded], 'degraded', true],
    ['one not ready', [degraded, notReady], 'not_ready', false],
  ])('with %s', (_name, states, status, inService) => {
    const readiness = readinessOf(...states);

    expect(readiness.report().status).toBe(status);
    expect(readiness.inService).toBe(inService);
  });

  it('is held back by parts that have not started', () => {
    const readiness = new Readiness(['store']);

    expect(readiness.report()).toEqual({
      status: 'not_ready',
      components: { store: { status: 'not_ready', reason: 'not started' } },
    });
  });

  it('does not come back from draining', () => {
    const readiness = readinessOf(ready);
    readiness.drain();
    readiness.replace(new Map([['part-0', ready]]));

    expect(readiness.report().status).toBe('draining');
    expect(readiness.inService).toBe(false);
  });

  it('forgets a part that is not there any more', () => {
    const readiness = readinessOf(ready, degraded);
    readiness.replace(new Map([['part-0', ready]]));

    expect(readiness.report()).toEqual({ status: 'ready', components: { 'part-0': ready } });
  });

  it('tells of changes only', () => {
    const readiness = new Readiness(['store']);
    const told: boolean[] = [];
    readiness.onChange((inService) => told.push(inService));

    readiness.replace(new Map([['store', notReady]]));
    readiness.replace(new Map([['store', ready]]));
    readiness.replace(new Map([['store', degraded]]));
    readiness.drain();
    readiness.drain();

    expect(told).toEqual([true, false]);
  });
});
