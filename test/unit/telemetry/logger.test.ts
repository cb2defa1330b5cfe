import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { createLogger, openLogStream } from '../../../src/telemetry/logger.ts';
import { captureLog } from './log-lines.ts';

const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJl';

describe('the log', () => {
  it('is one JSON object per line, with an ISO time and the level as a word', () => {
    const log = captureLog();

    log.logger.info({ a: 1 }, 'first');
    log.logger.warn({}, 'second');

    const [first, second] = log.text().trimEnd().split('\n');
    expect(JSON.parse(first ?? '')).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      level: 'info',
      a: 1,
      msg: 'first',
    });
    expect(JSON.parse(second ?? '')).toMatchObject({ level: 'warn', msg: 'second' });
  });

  it('keeps to its level', () => {
    const log = captureLog('warn');

    log.logger.debug({}, 'no');
    log.logger.info({}, 'no');
    log.logger.warn({}, 'yes');
    log.logger.error({}, 'yes');

    expect(log.lines().map(({ level }) => level)).toEqual(['warn', 'error']);
  });

  it('never throws', async () => {
    const logger = createLogger({
      level: 'debug',
      destination: {
        write: () => {
          throw new Error('the disk is full');
        },
      },
    });

    expect(() => {
      logger.info({}, 'lost');
    }).not.toThrow();
    await logger.flush();
  });

  it('survives a full disk', async () => {
    const file = await open('/dev/full', 'w');
    const stream = openLogStream(file.fd);
    const failed = once(stream, 'error');
    const logger = createLogger({ level: 'info', destination: stream });

    logger.info({}, 'lost');

    expect(await failed).toMatchObject([{ code: 'ENOSPC' }]);
    expect(() => {
      logger.info({}, 'lost too');
    }).not.toThrow();
    await file.close();
  });

  it.each([
    ['authorization', `Bearer ${jwt}`],
    ['token', jwt],
    ['client_secret', 's3cret'],
    ['cookie', 'postern_session=abc'],
  ])('takes out a field called %s, also one level down', (name, value) => {
    const log = captureLog();

    log.logger.info({ [name]: value, inner: { [name]: value } }, 'oops');

    expect(log.lines()).toEqual([
      { level: 'info', msg: 'oops', [name]: '[redacted]', inner: { [name]: '[redacted]' } },
    ]);
  });

  it.each([
    ['a JWT', `cannot parse ${jwt} at all`],
    ['a Bearer header', 'bad header Bearer abc.def-123'],
    ['a Basic header', 'bad header: "Basic dXNlcjpwYXNz"'],
    ['a long opaque token', `got ${'Ab3_'.repeat(16)}.`],
  ])('takes %s out of the text of an error', (_name, message) => {
    const log = captureLog();

    log.logger.error({ err: new TypeError(message) }, 'failed');

    expect(log.text()).toContain('[redacted]');
    expect(log.text()).not.toMatch(/eyJ|abc\.def|dXNlcjpwYXNz|Ab3_/);
  });

  it('keeps the place that an error comes from', () => {
    const log = captureLog();

    log.logger.error({ err: new TypeError('plain words') }, 'failed');

    expect(log.lines()).toMatchObject([
      {
        err: {
          type: 'TypeError',
          message: 'plain words',
          stack: expect.stringContaining('logger.test.ts'),
        },
      },
    ]);
  });

  it('says only the type of something else that was thrown', () => {
    const log = captureLog();

    log.logger.error({ err: 'a secret' }, 'failed');

    expect(log.lines()).toMatchObject([{ err: { type: 'string' } }]);
  });
});
