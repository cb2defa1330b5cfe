import type { Clock } from '../../lib/clock.ts';
import { isTimeout } from './redis-error.ts';
import type { RedisStoreReport } from './redis-report.ts';
import { withinTime } from './within-time.ts';

/** Sends one command of a request: its reply, or a rejection in time. How it went is told. */
export type TimedCommand = <T>(name: string, send: () => Promise<T>) => Promise<T>;

export interface TimedCommandOptions {
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly report: RedisStoreReport;
}

export function createTimedCommand(options: TimedCommandOptions): TimedCommand {
  const { timeoutMs, clock, report } = options;
  return async function timedCommand(name, send) {
    const sentAt = clock.now();
    const tell = (outcome: 'ok' | 'timeout' | 'error') =>
      report.command?.({ command: name, outcome, ms: clock.now() - sentAt });
    try {
      const reply = await withinTime(send(), timeoutMs);
      tell('ok');
      return reply;
    } catch (error) {
      tell(isTimeout(error) ? 'timeout' : 'error');
      throw error;
    }
  };
}
