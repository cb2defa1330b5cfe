import { readFileSync } from 'node:fs';
import { loadConfig, type LoadedConfig } from '../../../src/config/load-config.ts';
import { formatProblem } from '../../../src/documents/problem.ts';
import { writePrivateKey } from './keys.ts';

export interface LoadOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What other files hold, by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Loads a text as `/etc/postern/p.yaml`. */
export function load(text: string, { env = {}, files = {} }: LoadOptions = {}) {
  return loadConfig({
    text,
    file: '/etc/postern/p.yaml',
    env,
    readFile: (path) => {
      const found = files[path];
      if (found === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return found;
    },
  });
}

/** What a good text becomes; fails the test with the problems of a bad one. */
export function loadGood(text: string, options?: LoadOptions): LoadedConfig {
  const loaded = load(text, options);
  if (!loaded.ok) throw new Error(loaded.stop.map(formatProblem).join('\n'));
  return loaded.value;
}

/** Problems without the folder, `p.yaml:1:2: path: message`. */
export function problemsOf(text: string, options?: LoadOptions): readonly string[] {
  const loaded = load(text, options);
  return loaded.ok ? [] : loaded.stop.map(formatProblem).map(shorten);
}

export function warningsOf(text: string, options?: LoadOptions): readonly string[] {
  return loadGood(text, options).warnings.map(formatProblem).map(shorten);
}

function shorten(line: string): string {
  return line.replace('/etc/postern/', '');
}

export function readFixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/config/${name}`, import.meta.url), 'utf8');
}

/** What the fixtures need beside themselves. */
export const surroundings: LoadOptions = {
  env: { OKTA_SECRET: 'hunter2', SESSION_KEY: 'hunter2'.repeat(5), CACHE_KEY: 'hunter2'.repeat(6) },
  files: { '/etc/postern/upstream-jwt.pem': writePrivateKey('pem') },
};

export interface Parts {
  readonly top?: string;
  readonly store?: string;
  readonly provider?: string;
  readonly service?: string;
}

/**
 * A file in which nothing is wrong but what a test puts there: line 1 is `top`, 2 the store, 4 the
 * provider `main`, 6 the Service `orders`.
 */
export function write(parts: Parts): string {
  const { top = '', store = 'file: { path: c.yaml }', provider = '', service = '' } = parts;
  return [
    top,
    `store: { ${store} }`,
    'identity_providers:',
    `  - { name: main, issuer: "https://idp.example", audience_required: [api], ${provider} }`,
    'services:',
    `  - { name: orders, identity_providers: [main], acl: { allow: [gold] }, ${service} }`,
    '',
  ].join('\n');
}

/** A text without its `^` marks, and where they stood, as `line:column`. */
export function readMarks(marked: string): { text: string; places: readonly string[] } {
  const pieces = marked.split('^');
  const places = pieces.slice(0, -1).map((_, index) => {
    const before = pieces
      .slice(0, index + 1)
      .join('')
      .split('\n');
    return `${before.length}:${before.at(-1)!.length + 1}`;
  });
  return { text: pieces.join(''), places };
}
