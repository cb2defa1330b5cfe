import { describe, expect, it } from '@jest/globals';
import { fc } from '../../../../support/properties.ts';
import {
  readPageToken,
  writePageToken,
} from '../../../../../src/store/redis/registry/page-token.ts';

describe('a page token', () => {
  it('leads back to where its list ended', () => {
    fc.assert(
      fc.property(fc.string(), fc.uuid(), (list, after) => {
        expect(readPageToken(list, writePageToken(list, after))).toBe(after);
      }),
    );
  });

  it('says nothing to another list, nor when it is made up or changed', () => {
    const after = '00000000-0000-4000-8000-000000000001';
    const token = writePageToken('one', after);

    expect(readPageToken('other', token)).toBeNull();
    for (const made of ['', 'x', after, `${token}=`, `${token} `, token.toUpperCase()]) {
      expect(readPageToken('one', made)).toBeNull();
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (made) => {
        expect(made === token || readPageToken('one', made) === null).toBe(true);
      }),
    );
  });
});
