import { describe, expect, it } from '@jest/globals';
import {
  encodeLogged,
  followLog,
  rangeOf,
} from '../../../../../src/store/redis/revocations/revocation-log.ts';

const revision = (number: number, name: string) => ({ number, name });
const write = (number: number, name: string, previous: string, id: string) =>
  encodeLogged({ revision: revision(number, name), previous, id });

const from = revision(7, 'a');
const to = revision(9, 'c');

describe('the log of revocations', () => {
  it('tells what was written between two revisions, each thing once', () => {
    const members = [write(8, 'b', 'a', 'one'), write(9, 'c', 'b', 'one')];
    expect(followLog(members, from, to)).toEqual(['one']);
  });

  it('begins before anything was ever revoked', () => {
    const members = [write(1, 'a', '', 'one')];
    expect(followLog(members, revision(0, ''), revision(1, 'a'))).toEqual(['one']);
  });

  it('tells all that was written at once', () => {
    const members = [
      write(8, 'b', 'a', 'one'),
      write(8, 'b2', 'a', 'two'),
      write(9, 'c', 'b2', 'three'),
    ];
    expect(followLog(members, from, to)).toEqual(['one', 'two', 'three']);
  });

  it.each<[string, string[]]>([
    ['has nothing', []],
    ['lacks the first', [write(9, 'c', 'b', 'two')]],
    ['lacks the last', [write(8, 'b', 'a', 'one')]],
    ['lacks one between', [write(8, 'b', 'a', 'one'), write(9, 'c', 'x', 'two')]],
    ['comes from another past', [write(8, 'b', 'lost', 'one'), write(9, 'c', 'b', 'two')]],
    ['leads elsewhere', [write(8, 'b', 'a', 'one'), write(9, 'x', 'b', 'two')]],
    ['holds something else', [write(8, 'b', 'a', 'one'), write(9, 'c', 'b', 'two'), 'else']],
  ])('does not tell where it %s', (_name, members) => {
    expect(followLog(members, from, to)).toBeNull();
  });

  it.each<[string, number, number]>([
    ['backwards', 7, 6],
    ['for the same number', 7, 7],
    ['for more than is kept', 7, 7 + 4097],
  ])('is not asked %s', (_name, one, other) => {
    expect(rangeOf(revision(one, 'a'), revision(other, 'b'))).toBeNull();
  });
});
