import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { scrub } from './scrub.ts';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Where lines go; stdout when absent. */
  readonly destination?: DestinationStream;
}

export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log; never throws, since no request may fail for want of a log line. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** Waits until what was logged is written. */
  flush(): Promise<void>;
}

/** Names that never carry anything fit for a log, at the top of a line or one level down. */
const secretNames = [
  'authorization',
  'proxy_authorization',
  'cookie',
  'set_cookie',
  'token',
  'access_token',
  'refresh_token',
  'id_token',
  'assertion',
  'client_secret',
  'secret',
  'password',
];

/** One JSON object per line: `time` (ISO 8601), `level` (text), `msg`, and the fields. */
export function createLogger(options: LoggerOptions): Logger {
  // Not synchronous: a reader of stdout that stalls must not stall requests.
  const destination = options.destination ?? pino.destination({ dest: 1, sync: false });
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      redact: {
        paths: secretNames.flatMap((name) => [name, `*.${name}`]),
        censor: '[redacted]',
      },
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

function writeAt(logger: PinoLogger, level: Exclude<LogLevel, 'silent'>): Logger['info'] {
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
