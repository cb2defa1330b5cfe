import { describe, expect, it } from '@jest/globals';
import type { Explanation } from '../../../src/authz/explain/explanation.ts';
import { writeExplanation } from '../../../src/cli/write-explanation.ts';

const refused: Explanation = {
  decision: 'deny',
  reason: 'consumer_unknown',
  detail: null,
  http_status: 403,
  message: 'Forbidden',
  service: 'orders',
  route: null,
  steps: [
    { step: 'policy', outcome: 'passed', facts: ['Service orders.'] },
    { step: 'proof', outcome: 'skipped', facts: [] },
    { step: 'consumer', outcome: 'failed', facts: ['The client is a.', 'Nobody has\u001b[2J it.'] },
    { step: 'acl', outcome: 'not reached', facts: [] },
  ],
  upstream: null,
  advice: 'Add a Consumer.',
  limits: ['One limit.'],
};

describe('an explanation for a person', () => {
  it('has a mark and the facts for each step, then the advice; nothing for a terminal to obey', () => {
    expect(writeExplanation(refused, false).split('\n')).toEqual([
      'deny: consumer_unknown, the client gets 403 Forbidden',
      '',
      '✓ policy       Service orders.',
      '– proof        skipped',
      '✗ consumer     The client is a.',
      String.raw`               Nobody has\u001b[2J it.`,
      '· acl          not reached',
      '',
      'Advice',
      '  Add a Consumer.',
      '',
      'Limits of this answer',
      '  One limit.',
    ]);
  });

  it('has colours where they are wanted', () => {
    const lines = writeExplanation(refused, true).split('\n');

    expect(lines[0]).toBe(
      '\u001b[1mdeny: consumer_unknown, the client gets 403 Forbidden\u001b[0m',
    );
    expect(lines[4]).toBe('\u001b[31m✗\u001b[0m consumer     The client is a.');
  });

  it('shows what goes upstream', () => {
    const upstream = {
      set: [{ name: 'x-consumer-id', value: 'a1' }],
      remove: ['authorization', 'x-jwt'],
      remove_query: ['token'],
    };
    const text = writeExplanation({ ...refused, decision: 'allow', advice: null, upstream }, false);

    expect(text).toContain(
      'Upstream\n  x-consumer-id: a1\n  removed: authorization, x-jwt\n  removed of the query: token',
    );
    expect(text).not.toContain('Advice');
  });
});
