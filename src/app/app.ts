import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Problem } from '../documents/problem.ts';
import { systemClock } from '../lib/clock.ts';
import type { Step } from '../lib/step.ts';
import { untilAborted } from '../lib/until-aborted.ts';
import { MemoryReplayStore } from '../oauth/proof/memory-replay-store.ts';
import { Readiness } from '../server/readiness.ts';
import { RevocationMemory } from '../store/revocation-memory.ts';
import { createDecisionLog } from '../telemetry/decision-log.ts';
import { createTelemetry } from '../telemetry/events.ts';
import { createLogger, type Logger } from '../telemetry/logger.ts';
import { MetricsRegistry } from '../telemetry/metrics-registry.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { createDeveloperPages } from './developer-pages.ts';
import { JudgeKeeper } from './judge-keeper.ts';
import { startListeners, type Listeners } from './listeners.ts';
import { logWarnings } from './log-warnings.ts';
import { createProcessKeys } from './process-keys.ts';
import type { RunningAdmin } from './start-admin.ts';
import type { Tools } from './tools.ts';
import { watchComponents } from './watch-components.ts';

export interface AppOptions {
  readonly loaded: LoadedConfig;
  /** Reads the configuration again, for {@link App.reload}. */
  readonly load: () => Promise<Step<LoadedConfig, readonly Problem[]>>;
  readonly versions: { readonly version: string; readonly node: string };
  /** Only this, for a process of its own; undefined = all that is configured. */
  readonly only?: 'admin' | undefined;
}

export interface App {
  /** As configured, with the port that was bound. */
  readonly addresses: { readonly grpc?: string; readonly ops: string; readonly admin?: string };
  /**
   * Ends when the store was reached, for administration as well where there is any, and requests
   * are answered; or with the problems of a Consumers
   * file that cannot be used. A Redis that is down is waited for.
   */
  readonly ready: Promise<readonly Problem[]>;
  /** Takes over a changed configuration, or keeps the old one and logs why. */
  reload(): Promise<void>;
  /** Out of service, then drained, then everything closed; a second call waits for the first. */
  stop(): Promise<void>;
}

/** Starts everything in the order in which it depends on each other. Rejects when it cannot bind. */
export async function startApp({ loaded, load, versions, only }: AppOptions): Promise<App> {
  const { config, warnings } = loaded;
  const { registry, metrics, tools } = createTools(config, versions);
  const parts = config.listen.admin === null ? ['store'] : ['store', 'administration'];
  const readiness = new Readiness(parts);
  const keeper = new JudgeKeeper({ config, load, tools });
  const listeners = await startListeners({
    config,
    check: only === 'admin' ? null : keeper.check,
    readiness,
    telemetry: tools.telemetry,
    metrics,
    scrape: () => registry.scrape(),
    version: versions,
    pages: createDeveloperPages(() => keeper.current),
  });
  const admin = await startAdminIfAny(config, keeper, versions.version, tools).catch(
    async (error: unknown) => {
      await stopListeners(listeners);
      throw error;
    },
  );
  logWarnings(warnings, tools.logger);
  const addresses = {
    ...(listeners.grpc !== null && { grpc: listeners.grpc.address }),
    ops: listeners.ops.address,
    ...(admin !== null && { admin: admin.address }),
  };
  tools.logger.info({ ...addresses, ...versions }, 'listening');

  const ready = becomeReady({ keeper, admin, readiness, tools });
  let stopped: Promise<void> | null = null;
  return {
    addresses,
    ready,
    async reload() {
      await keeper.reload();
      admin?.reloaded();
    },
    stop() {
      stopped ??= stopApp({ readiness, listeners, admin, keeper, config, logger: tools.logger });
      return stopped;
    },
  };
}

interface Starting {
  readonly keeper: JudgeKeeper;
  readonly admin: RunningAdmin | null;
  readonly readiness: Readiness;
  readonly tools: Tools;
}

async function becomeReady({ keeper, admin, readiness, tools }: Starting) {
  const { stopping: signal } = keeper;
  const problems = await keeper.start();
  if (problems.length > 0) return problems;
  if (admin !== null) await untilAborted(admin.reached, signal, () => undefined);
  if (signal.aborted) return problems;
  watchComponents({ current: () => keeper.current, admin, readiness, tools, signal });
  tools.logger.info({}, 'ready');
  return problems;
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
  const processKeys = createProcessKeys();
  const usedProofs = new MemoryReplayStore({}, clock);
  const revoked = new RevocationMemory(clock);
  const tools: Tools = { telemetry, logger, clock, processKeys, usedProofs, revoked };
  return { registry, metrics, tools };
}

interface RunningParts {
  readonly readiness: Readiness;
  readonly listeners: Listeners;
  readonly admin: RunningAdmin | null;
  readonly keeper: JudgeKeeper;
  readonly config: Config;
  readonly logger: Logger;
}

async function stopApp(parts: RunningParts): Promise<void> {
  const { readiness, listeners, admin, keeper, config, logger } = parts;
  logger.info({}, 'stopping');
  readiness.drain();
  await wait(config.drainDelayMs);
  await Promise.all([listeners.grpc?.stop(), admin?.stop(config.drainTimeoutMs)]);
  await keeper.stop();
  await listeners.ops.stop();
  logger.info({}, 'stopped');
  await logger.flush();
}

/** A sidecar without the Admin API loads none of its code. */
async function startAdminIfAny(
  config: Config,
  keeper: JudgeKeeper,
  version: string,
  tools: Tools,
): Promise<RunningAdmin | null> {
  const listen = config.listen.admin;
  if (listen === null) return null;
  const { startAdmin } = await import('./start-admin.ts');
  return startAdmin({ listen, current: () => keeper.current, version, tools });
}

async function stopListeners({ grpc, ops }: Listeners): Promise<void> {
  await Promise.all([grpc?.stop(), ops.stop()]);
}
