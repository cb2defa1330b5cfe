import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Problem } from '../documents/problem.ts';
import { systemClock } from '../lib/clock.ts';
import type { Step } from '../lib/step.ts';
import { Readiness } from '../server/readiness.ts';
import { createDecisionLog } from '../telemetry/decision-log.ts';
import { createTelemetry } from '../telemetry/events.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { MetricsRegistry } from '../telemetry/metrics-registry.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { assembleJudge, type Judge } from './judge.ts';
import type { Tools } from './tools.ts';
import { startListeners, type Listeners } from './listeners.ts';
import { logWarnings } from './log-warnings.ts';
import { reloadJudge } from './reload.ts';
import { watchComponents } from './watch-components.ts';

export interface AppOptions {
  readonly loaded: LoadedConfig;
  /** Reads the configuration again, for {@link App.reload}. */
  readonly load: () => Step<LoadedConfig, readonly Problem[]>;
  readonly versions: { readonly version: string; readonly node: string };
}

export interface App {
  /** As configured, with the port that was bound. */
  readonly addresses: { readonly grpc: string; readonly ops: string };
  /**
   * Ends when the store was reached and requests are answered, or with the problems of a Consumers
   * file that cannot be used. A Redis that is down is waited for.
   */
  readonly ready: Promise<readonly Problem[]>;
  /** Takes over a changed configuration, or keeps the old one and logs why. */
  reload(): Promise<void>;
  /** Out of service, then drained, then everything closed; a second call waits for the first. */
  stop(): Promise<void>;
}

/** Starts everything in the order in which it depends on each other. Rejects when it cannot bind. */
export async function startApp({ loaded, load, versions }: AppOptions): Promise<App> {
  const { config, warnings } = loaded;
  const { registry, metrics, tools } = createTools(config, versions);
  const stopping = new AbortController();
  const readiness = new Readiness(['store']);
  let judge = assembleJudge(config, null, tools);
  const listeners = await startListeners({
    config,
    check: (request, signal) => judge.check(request, signal),
    readiness,
    telemetry: tools.telemetry,
    metrics,
    scrape: () => registry.scrape(),
    version: versions,
  });
  logWarnings(warnings, tools.logger);
  const addresses = { grpc: listeners.grpc.address, ops: listeners.ops.address };
  tools.logger.info({ ...addresses, ...versions }, 'listening');
  for (const provider of judge.providers.values()) void provider.start();

  const { ready, settle, fail } = awaitStore(() => {
    watchComponents(() => judge, readiness, tools.telemetry, stopping.signal);
    tools.logger.info({}, 'ready');
  }, stopping.signal);
  startStore(judge, stopping.signal).then(settle, fail);
  let reloading: Promise<void> = Promise.resolve();
  let stopped: Promise<void> | null = null;
  return {
    addresses,
    ready,
    reload() {
      // One after the other, so that the newest configuration is the one that stays.
      reloading = reloading.then(async () => {
        const next = await reloadJudge(load, judge, tools, stopping.signal);
        const otherStore = next.store !== judge.store;
        judge = next;
        // It was reached, be it that the one of the start never is.
        if (otherStore) settle([]);
      });
      return reloading;
    },
    stop() {
      stopped ??= stopApp(readiness, listeners, () => judge, stopping, tools.logger);
      return stopped;
    },
  };
}

function createTools(config: Config, versions: AppOptions['versions']) {
  const clock = systemClock;
  const logger = createLogger({ level: config.log.level });
  const registry = new MetricsRegistry();
  registry.collectRuntime();
  const metrics = createMetrics(registry, versions);
  const { sampleAllows } = config.log;
  const logDecision = createDecisionLog({ logger, sampleAllows, clock, random: Math.random });
  const telemetry = createTelemetry({ logger, metrics, logDecision, clock });
  const tools: Tools = { telemetry, logger, clock };
  return { registry, metrics, tools };
}

/** What waits for the store of the start, or for one that a reload brings; settles once. */
function awaitStore(onReached: () => void, stopping: AbortSignal) {
  const { promise, resolve, reject } = Promise.withResolvers<readonly Problem[]>();
  let settled = false;
  return {
    ready: promise,
    settle: (problems: readonly Problem[]): void => {
      if (settled) return;
      settled = true;
      if (problems.length === 0 && !stopping.aborted) onReached();
      resolve(problems);
    },
    fail: reject,
  };
}

async function startStore(judge: Judge, signal: AbortSignal): Promise<readonly Problem[]> {
  try {
    return await judge.store.store.start(signal);
  } catch (error) {
    if (signal.aborted) return [];
    throw error;
  }
}

async function stopApp(
  readiness: Readiness,
  listeners: Listeners,
  judge: () => Judge,
  stopping: AbortController,
  logger: Logger,
): Promise<void> {
  const { config, providers, store } = judge();
  logger.info({}, 'stopping');
  readiness.drain();
  await wait(config.drainDelayMs);
  await listeners.grpc.stop();
  stopping.abort();
  await Promise.allSettled([...providers.values()].map((provider) => provider.close()));
  await store.store.stop();
  await listeners.ops.stop();
  logger.info({}, 'stopped');
  await logger.flush();
}
