import { describe, expect, it } from '@jest/globals';
import { fc } from '../../support/properties.ts';
import { formatDuration, longestDurationMs, parseDuration } from '../../../src/config/duration.ts';
import { formatSize, parseSize } from '../../../src/config/size.ts';

describe('parseDuration', () => {
  it.each([
    ['0s', 0],
    ['0ms', 0],
    ['250ms', 250],
    ['5s', 5000],
    ['10m', 600_000],
    ['24h', 86_400_000],
    ['576h', longestDurationMs],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    '5',
    's',
    '-5s',
    '+5s',
    '1.5s',
    '5 s',
    '5S',
    '5d',
    '1h30m',
    '5s\n',
    '577h',
    '99999999999h',
    '５s',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it('reads what formatDuration writes', () => {
    fc.assert(
      fc.property(fc.nat({ max: longestDurationMs }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });

  it('gives null or a bounded whole number for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d+(ms|s|m|h)$/)), (text) => {
        const ms = parseDuration(text);
        expect(
          ms === null || (Number.isSafeInteger(ms) && ms >= 0 && ms <= longestDurationMs),
        ).toBe(true);
      }),
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [1500, '1500ms'],
    [90_000, '90s'],
    [3_600_000, '1h'],
  ])('writes %d in the largest unit that fits', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('parseSize', () => {
  it.each([
    ['512B', 512],
    ['64KiB', 65_536],
    ['4MiB', 4_194_304],
    ['4MB', null],
    ['4', null],
    ['-1B', null],
  ])('for %s gives %p', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it('reads what formatSize writes', () => {
    fc.assert(
      fc.property(fc.nat({ max: 999_999_999 }), (bytes) => {
        expect(parseSize(formatSize(bytes))).toBe(bytes);
      }),
    );
  });
});
