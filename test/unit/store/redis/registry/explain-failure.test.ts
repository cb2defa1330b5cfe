import { describe, expect, it } from '@jest/globals';
import { explainWriteFailure } from '../../../../../src/store/redis/registry/explain-failure.ts';
import { ScriptFailure } from '../../../../../src/store/redis/write-failure.ts';

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

const replies = [
  ['READONLY You cannot write against a read only replica.', 'unavailable'],
  ["NOPERM User x has no permissions to run the 'evalsha' command", 'unavailable'],
  ["OOM command not allowed when used memory > 'maxmemory'.", 'unavailable'],
  ['LOADING Redis is loading the dataset in memory', 'unavailable'],
  ['MASTERDOWN Link with MASTER is down', 'unavailable'],
  ['CLUSTERDOWN The cluster is down', 'unavailable'],
  ['BUSY Redis is busy running a script.', 'unavailable'],
  ['ERR Error running script (call to f_1): @user_script:3: NOPERM', 'outcome_unknown'],
  ['WRONGTYPE Operation against a key holding the wrong kind of value', 'outcome_unknown'],
  ['ERR somebody made this up', 'outcome_unknown'],
] as const;

describe('a failed write', () => {
  it.each(replies)('with the reply %j is %s', (message, kind) => {
    expect(explainWriteFailure(named('ReplyError', message)).kind).toBe(kind);
  });

  it.each([
    [
      'that found no connection',
      new Error("Stream isn't writeable and enableOfflineQueue options is false"),
      'unavailable',
    ],
    [
      'that found no Cluster',
      new Error("Cluster isn't ready and enableOfflineQueue options is false"),
      'unavailable',
    ],
    ['without an answer in time', new Error('Command timed out'), 'outcome_unknown'],
    ['whose connection ended', new Error('Connection is closed.'), 'outcome_unknown'],
    ['with another error', named('MaxRetriesPerRequestError', 'x'), 'outcome_unknown'],
    ['with no error at all', 'x', 'outcome_unknown'],
  ])('%s', (_name, error, kind) => {
    expect(explainWriteFailure(error).kind).toBe(kind);
  });

  it.each([
    [false, 'unavailable'],
    [true, 'outcome_unknown'],
  ])('of a script that says whether it had begun to write (%s)', (amid, kind) => {
    const detail = 'Redis answered NOPERM';
    const texts = [
      "NOPERM User x has no permissions to run the 'xadd' command",
      '@user_script:71: @user_script: 71: NOPERM this user',
    ];
    for (const text of texts) {
      expect(explainWriteFailure(new ScriptFailure(text, amid))).toEqual({ kind, detail });
    }
  });
});
