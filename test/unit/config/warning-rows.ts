import { expect, it } from '@jest/globals';
import { readMarks, warningsOf } from './load.ts';

/** A file that warns of nothing, but for what a test changes in it. */
export const parts = {
  top: '',
  store: 'redis: { url: "redis://127.0.0.1" }',
  provider: 'issuer: "https://a", audience_required: [x]',
  service: 'identity_providers: [a], auth_methods: [bearer], acl: { allow: [g] }',
};

export type WarningParts = Partial<typeof parts>;

const warningFiles = { '/etc/postern/long-key': 'k'.repeat(32) };

export function writeQuiet(changes: WarningParts): string {
  const { top, store, provider, service } = { ...parts, ...changes };
  return [
    top,
    `store: { ${store} }`,
    'identity_providers:',
    `  - ${provider.startsWith('^') ? '^' : ''}{ name: a, ${provider.replace(/^\^/, '')} }`,
    'services:',
    `  - ${service.startsWith('^') ? '^' : ''}{ name: s, ${service.replace(/^\^/, '')} }`,
  ].join('\n');
}

/** What is changed, with `^` before each place that is warned of, and the warnings. */
export type WarningRow = readonly [changes: WarningParts, messages: readonly string[]];

/** One test per row: these warnings, at these places, and no others. */
export function testWarnings(rows: readonly WarningRow[]): void {
  it.each(rows)('warns of %j', (changes, messages) => {
    const { text, places } = readMarks(writeQuiet(changes));
    expect(warningsOf(text, { files: warningFiles })).toEqual(
      messages.map((message, index) => `p.yaml:${places[index]!}: ${message}`),
    );
  });
}
