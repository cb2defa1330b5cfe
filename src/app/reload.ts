import type { Config } from '../config/config.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { formatProblem, type Problem } from '../documents/problem.ts';
import type { Step } from '../lib/step.ts';
import { closeParts, closePartsLater } from './close-parts.ts';
import { assembleJudge, partsOnlyIn, type Judge, type Parts } from './judge.ts';
import type { Tools } from './tools.ts';
import { logWarnings } from './log-warnings.ts';

/** How long a new store may take to be reached before a reload is given up. */
const storeStartMs = 10_000;

export interface ReloadOptions {
  /** Of the process: what is read only once is still as it says. */
  readonly started: Config;
  readonly tools: Tools;
  readonly stopping: AbortSignal;
}

/**
 * Takes over a changed configuration: the next judge, or the same one if anything is wrong with
 * the new configuration; every problem is logged.
 */
export async function reloadJudge(
  load: () => Promise<Step<LoadedConfig, readonly Problem[]>>,
  judge: Judge,
  { started, tools, stopping }: ReloadOptions,
): Promise<Judge> {
  const loaded = await load();
  if (!loaded.ok) return refuseReload(judge, loaded.stop, tools);

  const { config, warnings } = loaded.value;
  const next = assembleJudge(config, judge, tools);
  const fresh = partsOnlyIn(next, judge);
  const problems = await startStore(fresh, stopping);
  if (problems.length > 0) {
    await closeParts(fresh);
    return refuseReload(judge, problems, tools);
  }
  for (const { provider } of fresh.providers) void provider.start();
  closePartsLater(partsOnlyIn(judge, next), stopping);
  logWarnings(warnings, tools.logger);
  for (const section of sectionsOfStart(started, config)) {
    tools.logger.warn({ section }, 'a change of this section needs a restart');
  }
  tools.telemetry.configReloaded({ outcome: 'success' });
  return next;
}

function refuseReload(
  judge: Judge,
  problems: readonly (Problem | string)[],
  { telemetry }: Tools,
): Judge {
  const lines = problems.map((item) => (typeof item === 'string' ? item : formatProblem(item)));
  telemetry.configReloaded({ outcome: 'failure', problems: lines });
  return judge;
}

async function startStore(
  { store }: Parts,
  stopping: AbortSignal,
): Promise<readonly (Problem | string)[]> {
  if (store === null) return [];
  try {
    return await store.store.start(AbortSignal.any([stopping, AbortSignal.timeout(storeStartMs)]));
  } catch {
    return ['store: could not be reached'];
  }
}

/** Sections that are read once, at the start, and differ. */
function sectionsOfStart(before: Config, after: Config): string[] {
  const sections = ['listen', 'log', 'unavailable', 'drainDelayMs', 'drainTimeoutMs'] as const;
  const write = (config: Config) => ({ ...config, listen: withoutTokens(config.listen) });
  const [one, other] = [write(before), write(after)];
  return sections.filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]));
}

/** Tokens of administration are taken over where the rest is the same. */
function withoutTokens({ admin, ...listen }: Config['listen']): object {
  return { ...listen, admin: admin === null ? null : { ...admin, tokens: [] } };
}
