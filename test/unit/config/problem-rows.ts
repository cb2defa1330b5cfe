import { expect, it } from '@jest/globals';
import { problemsOf, readMarks, write, type Parts } from './load.ts';

/** Part of the file, a fragment with `^` before what is wrong, the path of the key, the message. */
export type Row = readonly [part: keyof Parts, fragment: string, path: string, message: string];

export const main = 'identity_providers[0]';
export const orders = 'services[0]';

const files = {
  '/etc/postern/empty': '\n',
  '/etc/postern/bad-url': 'http://a\n',
  '/etc/postern/word': 'word\n',
};

/** One test per row: that problem, at that place, and no other. */
export function testRows(rows: readonly Row[]): void {
  it.each(rows)('in %s: %s', (part, fragment, path, message) => {
    const { text, places } = readMarks(write({ [part]: fragment }));
    expect(problemsOf(text, { files })).toEqual([`p.yaml:${places[0]!}: ${path}: ${message}`]);
  });
}
