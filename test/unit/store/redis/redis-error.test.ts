import { describe, expect, it } from '@jest/globals';
import { explainRedisError, NotMasterError } from '../../../../src/store/redis/redis-error.ts';

const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });

describe('an error of Redis', () => {
  it.each<[unknown, string]>([
    [new Error('Command timed out'), 'Redis did not answer in time'],
    [reply('WRONGPASS invalid password secret'), 'Redis answered WRONGPASS'],
    [reply('NOPERM this user has no permissions'), 'Redis answered NOPERM'],
    [reply("unknown command 'x', with args beginning with: 'secret'"), 'Redis answered an error'],
    [
      Object.assign(new Error('secret'), { code: 'ECONNREFUSED' }),
      'Redis cannot be reached (ECONNREFUSED)',
    ],
    [
      Object.assign(new Error('all'), { lastNodeError: reply('LOADING dataset') }),
      'Redis answered LOADING',
    ],
    [new Error("Stream isn't writeable"), 'Redis cannot be reached'],
    [new NotMasterError(), 'the server is not the master'],
    [null, 'Redis cannot be reached'],
  ])('is told by its kind, without its text', (error, told) => {
    expect(explainRedisError(error)).toBe(told);
  });
});
