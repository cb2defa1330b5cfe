import { rootCertificates } from 'node:tls';
import { expect, it } from '@jest/globals';
import { writePrivateKey } from './keys.ts';
import { problemsOf, readMarks, write, type Parts } from './load.ts';

/**
 * Part of the file, a fragment with `^` before what is wrong, the path of the key, the message, and
 * what the other parts have to say for it.
 */
export type Row = readonly [
  part: keyof Parts,
  fragment: string,
  path: string,
  message: string,
  others?: Parts,
];

export const main = 'identity_providers[0]';
export const orders = 'services[0]';

const files = {
  '/etc/postern/empty': '\n',
  '/etc/postern/bad-url': 'http://a\n',
  '/etc/postern/word': 'word\n',
  '/etc/postern/long-key': `${'k'.repeat(32)}\n`,
  '/etc/postern/key.pem': writePrivateKey('pem'),
  '/etc/postern/cert.pem': `${rootCertificates[0]!}\n`,
};

/** One test per row: that problem, at that place, and no other. */
export function testRows(rows: readonly Row[]): void {
  // Without others a row has a hole, for which Jest would hand over a callback.
  const cases = rows.map(([part, fragment, path, message, others = {}]) => {
    return [part, fragment, path, message, others] as const;
  });
  it.each(cases)('in %s: %s', (part, fragment, path, message, others) => {
    const { text, places } = readMarks(write({ ...others, [part]: fragment }));
    expect(problemsOf(text, { files })).toEqual([`p.yaml:${places[0]!}: ${path}: ${message}`]);
  });
}
