import { describe, expect, it, jest } from '@jest/globals';
import { MetricsRegistry } from '../../../src/telemetry/metrics-registry.ts';

function fill(metrics: number, series: number): MetricsRegistry {
  const registry = new MetricsRegistry();
  for (let metric = 0; metric < metrics; metric += 1) {
    const count = registry.counter(`a_${String(metric)}_total`, 'Of a test.', ['number']);
    for (let number = 0; number < series; number += 1) count([String(number)]);
  }
  return registry;
}

describe('a scrape', () => {
  it('is not held up where there is little to write', async () => {
    const pause = jest.fn(() => Promise.resolve());

    const { body } = await fill(2, 10).scrape(pause);

    expect(body).toContain('a_1_total{number="9"} 1\n');
    expect(pause).not.toHaveBeenCalled();
  });

  it('of many series lets others have a turn in between', async () => {
    const pause = jest.fn(() => Promise.resolve());

    // Each metric has about 120,000 characters.
    const { body } = await fill(4, 5000).scrape(pause);

    expect(pause).toHaveBeenCalledTimes(4);
    expect(body.match(/^a_\d_total\{/gm)).toHaveLength(20_000);
  });

  it('is the text of all metrics, each with its own help, parted by an empty line', async () => {
    const { body } = await fill(2, 1).scrape();

    expect(body).toBe(
      [
        '# HELP a_0_total Of a test.',
        '# TYPE a_0_total counter',
        'a_0_total{number="0"} 1',
        '',
        '# HELP a_1_total Of a test.',
        '# TYPE a_1_total counter',
        'a_1_total{number="0"} 1',
        '',
      ].join('\n'),
    );
  });
});
