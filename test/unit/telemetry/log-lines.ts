import { createLogger, type Logger, type LogLevel } from '../../../src/telemetry/logger.ts';

export interface CapturedLog {
  readonly logger: Logger;
  /** Every line so far, as text. */
  readonly text: () => string;
  /** Every line so far, parsed, without its time. */
  readonly lines: () => Record<string, unknown>[];
}

/** A logger that writes into memory. */
export function captureLog(level: LogLevel = 'debug'): CapturedLog {
  const written: string[] = [];
  const logger = createLogger({
    level,
    destination: {
      write: (line) => {
        written.push(line);
      },
    },
  });
  return {
    logger,
    text: () => written.join(''),
    lines: () =>
      written.map((line) => {
        const fields = JSON.parse(line) as Record<string, unknown>;
        delete fields['time'];
        return fields;
      }),
  };
}
