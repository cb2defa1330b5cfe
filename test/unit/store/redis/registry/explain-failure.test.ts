import { describe, expect, it } from '@jest/globals';
import { explainWriteFailure } from '../../../../../src/store/redis/registry/explain-failure.ts';

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

describe('a failed write', () => {
  it.each([
    ['that Redis refused', named('ReplyError', 'READONLY You cannot write'), 'unavailable'],
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
});
