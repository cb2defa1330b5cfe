import type { Latency, Load, LoadResult } from '../drive/load.ts';
import type { Driver } from './driver.ts';
import type { Target } from './servers.ts';

/** Runs a load; an answer that is not the expected one makes its figures worthless, hence throws. */
export async function runChecked(driver: Driver, load: Load): Promise<LoadResult> {
  const result = await driver.run(load);
  if (result.wrong > 0) {
    throw new Error(
      `${String(result.wrong)} wrong answers, the first: ${String(result.firstWrong)}`,
    );
  }
  return result;
}

export interface Cost {
  /** CPU of the server per answered call, microseconds. */
  readonly cpuMicros: number;
  readonly perSecond: number;
  readonly latency: Latency;
  /** Share of the time for which the server waited for its core. */
  readonly waited: number;
}

/** What a load costs the server that answers it. */
export async function measureCost(driver: Driver, target: Target, load: Load): Promise<Cost> {
  const cpuBefore = target.process.cpuSeconds();
  const waitedBefore = target.process.waitedSeconds();
  const { calls, seconds, latency } = await runChecked(driver, load);
  const cpuSeconds = target.process.cpuSeconds() - cpuBefore;
  const waited = (target.process.waitedSeconds() - waitedBefore) / seconds;
  return { cpuMicros: (cpuSeconds / calls) * 1e6, perSecond: calls / seconds, latency, waited };
}
