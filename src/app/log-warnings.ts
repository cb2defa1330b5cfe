import { formatProblem, type Problem } from '../documents/problem.ts';
import type { Logger } from '../telemetry/logger.ts';

/** What `postern validate` would warn of, in the log. */
export function logWarnings(warnings: readonly Problem[], logger: Logger): void {
  for (const warning of warnings)
    logger.warn({ problem: formatProblem(warning) }, 'configuration warning');
}
