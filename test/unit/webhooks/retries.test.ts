import { describe, expect, it } from '@jest/globals';
import { judgeAnswer } from '../../../src/webhooks/judge-answer.ts';
import { longestWaitMs, readRetryAfter, waitAfter } from '../../../src/webhooks/retry-plan.ts';
import type { SendResult } from '../../../src/webhooks/sender.ts';
import { fc } from '../../support/properties.ts';

const now = Date.UTC(2026, 0, 1);

function answer(status: number, retryAfter: string | null = null): SendResult {
  return { kind: 'answer', status, retryAfter };
}

function judge(result: SendResult, failures = 0) {
  return judgeAnswer(result, { failures, attempts: 10, now, random: () => 0.5 });
}

describe('the waits between attempts', () => {
  it('grow to three times the one before, from ten seconds to a day', () => {
    const waits = Array.from({ length: 11 }, (_, index) => waitAfter(index + 1, () => 0.5) / 1000);

    expect(waits.slice(0, 4)).toEqual([10, 30, 90, 270]);
    expect(waits.at(-1)).toBe(86_400);
  });

  it('come to a day and a bit for ten attempts', () => {
    const waits = Array.from({ length: 9 }, (_, index) => waitAfter(index + 1, () => 0.5));

    expect(waits.reduce((sum, wait) => sum + wait, 0) / 3_600_000).toBeCloseTo(27.3, 1);
  });

  it('differ by up to a quarter', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failures, random) => {
          const plain = waitAfter(failures, () => 0.5);
          const wait = waitAfter(failures, () => random);
          return wait >= plain * 0.75 - 1 && wait <= plain * 1.25 + 1;
        },
      ),
    );
  });
});

describe('Retry-After', () => {
  it.each([
    [null, null],
    ['120', 120_000],
    ['0', 0],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', null],
    ['-5', null],
    ['soon', null],
    ['999999999', longestWaitMs],
    ['Fri, 01 Jan 2100 00:00:00 GMT', longestWaitMs],
  ])('%s is %s milliseconds', (text, ms) => {
    expect(readRetryAfter(text, now)).toBe(ms);
  });
});

describe('an attempt', () => {
  it.each([200, 201, 204, 299])('that is answered %s is the last', (status) => {
    expect(judge(answer(status))).toEqual({ kind: 'delivered' });
  });

  it.each([101, 301, 307, 400, 401, 404, 429, 500, 503])(
    'that is answered %s is made again',
    (status) => {
      expect(judge(answer(status))).toEqual({
        kind: 'failed',
        problem: `HTTP ${String(status)}`,
        nextAt: now + 10_000,
        holdUntil: null,
      });
    },
  );

  it('that is not answered is made again', () => {
    const problem = 'no answer in time';

    expect(judge({ kind: 'fault', problem }, 1)).toMatchObject({ problem, nextAt: now + 30_000 });
  });

  it.each([429, 503])('that is answered %s waits as long as it is told, for all', (status) => {
    expect(judge(answer(status, '60'))).toMatchObject({
      nextAt: now + 60_000,
      holdUntil: now + 60_000,
    });
  });

  it('waits no less than it would without being told', () => {
    expect(judge(answer(429, '1'))).toMatchObject({ nextAt: now + 10_000, holdUntil: now + 1000 });
  });

  it('looks at no Retry-After of other answers', () => {
    expect(judge(answer(500, '3600'))).toMatchObject({ nextAt: now + 10_000, holdUntil: null });
  });

  it('is the last when there are no more, or nobody is there any more', () => {
    expect(judge(answer(500), 9)).toEqual({ kind: 'dead', problem: 'HTTP 500' });
    expect(judge(answer(410))).toEqual({ kind: 'dead', problem: 'HTTP 410' });
  });
});
