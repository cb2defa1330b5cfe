import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import { readKeys } from '../../../src/oauth/read-keys.ts';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = publicKey.export({ format: 'jwk' });

function listKeys(count: number): readonly object[] {
  return Array.from({ length: count }, (_, number) => ({ ...jwk, kid: String(number) }));
}

describe('a key set', () => {
  it.each([
    { count: 0, pauses: 0 },
    { count: 10, pauses: 0 },
    { count: 11, pauses: 1 },
    { count: 100, pauses: 9 },
  ])('of $count keys is read with $pauses pauses', async ({ count, pauses }) => {
    const pause = jest.fn(() => Promise.resolve());

    const keys = await readKeys(listKeys(count), pause);

    expect(keys?.size).toBe(count);
    expect(pause).toHaveBeenCalledTimes(pauses);
  });

  it('has no more than 100 keys', async () => {
    await expect(readKeys(listKeys(101))).resolves.toHaveProperty('size', 100);
  });

  it.each([null, undefined, 'keys', {}])('is none where it has no list: %j', async (list) => {
    await expect(readKeys(list)).resolves.toBeNull();
  });
});
