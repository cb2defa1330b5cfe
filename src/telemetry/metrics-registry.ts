import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type PrometheusContentType,
} from '@prometheus-io/client';
import { measureEventLoop } from './measure-event-loop.ts';

/** Counts `by` (one when absent) for these label values, given in the order of the label names. */
export type Count = (labels: readonly string[], by?: number) => void;
/** Takes over a value for these label values. */
export type Record = (labels: readonly string[], value: number) => void;

export interface Exposition {
  readonly contentType: string;
  readonly body: string;
}

/** Characters of a scrape that are written without a pause; about a millisecond. */
const sliceLength = 65_536;

/**
 * The one door to the metrics library. The child of each set of label values is looked up once and
 * kept, so label values must come from small closed sets.
 */
export class MetricsRegistry {
  readonly #registry = new Registry<PrometheusContentType>();

  /** `process_*`, `nodejs_*`, and how late the event loop was. */
  collectRuntime(readDelays = measureEventLoop()): void {
    collectDefaultMetrics({ register: this.#registry });
    new Gauge({
      name: 'postern_event_loop_delay_seconds',
      help: 'For how long the event loop was held since the last scrape; quantile 1 is the longest.',
      labelNames: ['quantile'],
      registers: [this.#registry],
      // Of several processes the worst counts.
      aggregator: 'max',
      collect() {
        for (const [quantile, seconds] of readDelays()) this.set({ quantile }, seconds);
      },
    });
  }

  counter(name: string, help: string, labelNames: readonly string[]): Count {
    const metric = new Counter({ name, help, labelNames, registers: [this.#registry] });
    const child = keepChildren((labels) => metric.labels(...labels));
    return (labels, by = 1) => {
      child(labels).inc(by);
    };
  }

  gauge(name: string, help: string, labelNames: readonly string[]): Record {
    const metric = new Gauge({ name, help, labelNames, registers: [this.#registry] });
    const child = keepChildren((labels) => metric.labels(...labels));
    return (labels, value) => {
      child(labels).set(value);
    };
  }

  /** A gauge that is asked for its value at each scrape. */
  gaugeOf(name: string, help: string, read: () => number): void {
    const registers = [this.#registry];
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }

  histogram(
    name: string,
    help: string,
    labelNames: readonly string[],
    buckets: readonly number[],
  ): Record {
    const registers = [this.#registry];
    const metric = new Histogram({ name, help, labelNames, registers, buckets: [...buckets] });
    const child = keepChildren((labels) => metric.labels(...labels));
    return (labels, value) => {
      child(labels).observe(value);
    };
  }

  /** What Prometheus scrapes; metric by metric, so that requests are answered in between. */
  async scrape(pause: () => Promise<unknown> = nextTurn): Promise<Exposition> {
    const texts: string[] = [];
    let sincePause = 0;
    for (const { name } of this.#registry.getMetricsAsArray()) {
      const text = await this.#registry.getSingleMetricAsString(name);
      texts.push(text);
      sincePause += text.length;
      if (sincePause < sliceLength) continue;
      sincePause = 0;
      await pause();
    }
    return { contentType: this.#registry.contentType, body: `${texts.join('\n\n')}\n` };
  }
}

function keepChildren<Child>(
  create: (labels: readonly string[]) => Child,
): (labels: readonly string[]) => Child {
  const children = new Map<string, Child>();
  return (labels) => {
    const key = labels.join('\n');
    let child = children.get(key);
    if (child === undefined) {
      child = create(labels);
      children.set(key, child);
    }
    return child;
  };
}
