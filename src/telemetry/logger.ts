import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { redact, type LogFields } from './redact.ts';
import { scrub } from './scrub.ts';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Where lines go; stdout when absent. */
  readonly destination?: DestinationStream;
}

type WriteLine = (fields: LogFields, message: string) => void;

/** Structured log; never throws, since no request may fail for want of a log line. */
export interface Logger {
  readonly debug: WriteLine;
  readonly info: WriteLine;
  readonly warn: WriteLine;
  readonly error: WriteLine;
  /** Waits until what was logged is written. */
  readonly flush: () => Promise<void>;
}

/** One JSON object per line: `time` (ISO 8601), `level` (text), `msg`, and the fields. */
export function createLogger(options: LoggerOptions): Logger {
  const destination = options.destination ?? openLogStream(process.stdout.fd);
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: redact },
      serializers: { err: describeError },
    },
    destination,
  );
  return {
    debug: writeAt(logger, 'debug'),
    info: writeAt(logger, 'info'),
    warn: writeAt(logger, 'warn'),
    error: writeAt(logger, 'error'),
    flush: () =>
      new Promise((resolve) => {
        logger.flush(() => {
          resolve();
        });
      }),
  };
}

/** What waits at most for a reader that stalls, in characters; then lines are dropped. */
const maxWaiting = 16_777_216;

/**
 * A stream of lines to a file descriptor. Not synchronous, so that a reader who stalls holds no
 * request; a full disk or a reader who is gone costs the lines, not the process.
 */
export function openLogStream(fd: number): ReturnType<typeof pino.destination> {
  const stream = pino.destination({ dest: fd, sync: false, maxLength: maxWaiting });
  stream.on('error', () => undefined);
  return stream;
}

function writeAt(logger: PinoLogger, level: Exclude<LogLevel, 'silent'>): WriteLine {
  return (fields, message) => {
    try {
      logger[level](fields, message);
    } catch {
      // A value that cannot be written, or a closed stdout.
    }
  };
}

/** An error without what its text may have picked up on the way. */
function describeError(error: unknown): LogFields {
  if (!(error instanceof Error)) return { type: typeof error };
  return {
    type: error.name,
    message: scrub(error.message),
    stack: scrub(error.stack ?? ''),
  };
}
