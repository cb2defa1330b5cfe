import { describe, expect, it } from '@jest/globals';
import { SourceHistory } from '../../../src/oauth/source-history.ts';

function learn(history: SourceHistory, active: boolean | null, times: number): void {
  for (let each = 0; each < times; each++) history.visit('s').end(active);
}

describe('SourceHistory', () => {
  it('lets a newcomer ask, but not for many at once', () => {
    const history = new SourceHistory();

    expect(history.visit('s').crowded).toBe(false);
    expect(history.visit('s').crowded).toBe(true);
    expect(history.visit('other').crowded).toBe(false);
  });

  it('lets a source that has proven itself ask for as many as were good', () => {
    const history = new SourceHistory();
    learn(history, true, 3);

    const crowded = Array.from({ length: 5 }, () => history.visit('s').crowded);

    expect(crowded).toEqual([false, false, false, false, true]);
  });

  it('doubts a source whose tokens were mostly inactive, until good ones outweigh them', () => {
    const history = new SourceHistory();
    learn(history, false, 5);
    expect(history.visit('s')).toMatchObject({ crowded: true, doubtful: true });

    learn(history, true, 20);
    expect(history.visit('s').doubtful).toBe(false);
  });

  it('learns nothing from calls that told nothing', () => {
    const history = new SourceHistory();
    learn(history, null, 100);

    expect(history.visit('s')).toMatchObject({ crowded: false, doubtful: false });
  });

  it('lets old deeds fade', () => {
    const history = new SourceHistory();
    learn(history, true, 10_000);
    learn(history, false, 100);

    expect(history.visit('s').doubtful).toBe(true);
  });
});
