import { beforeEach, describe, expect, it } from '@jest/globals';
import { SourceHistory, type Lesson } from '../../../src/oauth/source-history.ts';

let now: number;
let history: SourceHistory;

beforeEach(() => {
  now = 1_000_000;
  history = new SourceHistory({ now: () => now });
});

function learn(lesson: Lesson | null, times: number): void {
  for (let each = 0; each < times; each++) history.visit('s').end(lesson);
}

function look(source = 's') {
  const visit = history.visit(source);
  visit.end(null);
  return visit;
}

describe('SourceHistory', () => {
  it('lets a newcomer ask, but not for many at once', () => {
    expect(history.visit('s').crowded).toBe(false);
    expect(history.visit('s').crowded).toBe(true);
    expect(history.visit('other').crowded).toBe(false);
  });

  it('lets a source that has proven itself ask for as many as were good', () => {
    learn('active', 3);

    const crowded = Array.from({ length: 5 }, () => history.visit('s').crowded);

    expect(crowded).toEqual([false, false, false, false, true]);
  });

  it('doubts a source whose tokens were mostly inactive, until good ones outweigh them', () => {
    learn('inactive', 5);
    expect(look()).toMatchObject({ crowded: true, doubtful: true });

    learn('active', 20);
    expect(look().doubtful).toBe(false);
  });

  it('learns nothing from calls that told nothing', () => {
    learn(null, 100);

    expect(look()).toMatchObject({
      crowded: false,
      doubtful: false,
      credible: true,
      held: false,
    });
  });

  it('lets old deeds fade', () => {
    learn('active', 10_000);
    learn('inactive', 100);

    expect(look().doubtful).toBe(true);
  });
});

describe('failed calls of a source', () => {
  it.each([0, 1, 5])('are believed once more than its %d active tokens', (active) => {
    learn('active', active);

    learn('failed', active);
    expect(look().credible).toBe(true);
    learn('failed', 1);
    expect(look().credible).toBe(false);
    expect(look('other').credible).toBe(true);
  });

  it('are not believed the more for many at once', () => {
    const credible = Array.from({ length: 5 }, () => history.visit('s').credible);

    expect(credible).toEqual([true, false, false, false, false]);
  });

  it('are made good by an active token, and not by an inactive one', () => {
    learn('failed', 3);
    learn('inactive', 1);
    expect(look().credible).toBe(false);

    learn('active', 1);
    expect(look().credible).toBe(true);
  });

  it('hold it off for a second from the tenth on, but for one at a time', () => {
    learn('failed', 9);
    expect(look().held).toBe(false);
    learn('failed', 1);
    expect(look().held).toBe(true);
    expect(look('other').held).toBe(false);

    now += 1000;
    expect([look().held, look().held]).toEqual([false, true]);
    learn('failed', 1);
    expect(look().held).toBe(true);
  });

  it.each(['active', 'inactive'] as const)('hold it off no longer once one is %s', (answer) => {
    learn('failed', 10);
    learn(answer, 1);

    expect([look().held, look().held]).toEqual([false, false]);
  });

  it('do not hold it off for longer when the clock is set back', () => {
    learn('failed', 10);
    now -= 3_600_000;

    expect(look().held).toBe(false);
  });
});
