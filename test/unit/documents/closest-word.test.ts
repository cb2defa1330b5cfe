import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { findClosestWord } from '../../../src/documents/closest-word.ts';

describe('findClosestWord', () => {
  it.each([
    ['isuer', ['issuer', 'user'], 'issuer'],
    ['ISSUER', ['issuer'], 'issuer'],
    ['identity_provider', ['identity_providers', 'services'], 'identity_providers'],
    ['a', ['b', 'c'], null],
    ['colour', ['listen', 'store'], null],
    ['x'.repeat(65), ['x'.repeat(64)], null],
    ['store', [], null],
  ])('for %p among %p gives %p', (word, candidates, closest) => {
    expect(findClosestWord(word, candidates)).toBe(closest);
  });

  it('finds a word whose one letter was left out', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{4,20}$/), fc.nat(), (word, at) => {
        const index = at % word.length;
        expect(findClosestWord(word.slice(0, index) + word.slice(index + 1), [word])).toBe(word);
      }),
    );
  });
});
