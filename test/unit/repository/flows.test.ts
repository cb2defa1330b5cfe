import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { writeConfigSchema } from '../../../src/config/config-schema.ts';
import { isNameOf, readTestNames } from './test-titles.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const page = readFileSync(join(root, 'docs', 'flows.md'), 'utf8');

/** Rows of its tables, without their heads. */
const rows = page.split('\n').filter((line, at, lines) => {
  const isRow = line.startsWith('|') && !line.startsWith('| -');
  return isRow && lines[at + 1]?.startsWith('| -') !== true;
});

/** What stands in the column of options, as code: the second one of each table. */
const options = rows.flatMap((row) => {
  const [, , cell = ''] = row.split(/(?<!\\)\|/);
  return [...cell.matchAll(/`([^`\s]+)`/g)].map(([, option = '']) => option);
});

/** A link to a file of tests, a colon, and the name of one as code. */
const proofs = rows.flatMap((row) =>
  [...row.matchAll(/\]\(\.\.\/(test\/[\w./-]+\.test\.ts)\): (`+)(.+?)\2/g)].map(
    ([, file = '', , name = '']) => ({ file, name: name.replaceAll(String.raw`\|`, '|') }),
  ),
);

describe('docs/flows.md', () => {
  it('has a test for every row', () => {
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.filter((row) => !row.includes('.test.ts): `'))).toEqual([]);
  });

  it.each(proofs)('$file has the test "$name", once', ({ file, name }) => {
    expect(existsSync(join(root, file))).toBe(true);
    const found = readTestNames(join(root, file)).filter((fullName) => isNameOf(name, fullName));

    expect(found).toHaveLength(1);
  });

  it('names every file of test/e2e/flows', () => {
    const files = readdirSync(join(root, 'test', 'e2e', 'flows'))
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => `test/e2e/flows/${name}`);
    const named = new Set(proofs.map(({ file }) => file));

    expect(files.filter((file) => !named.has(file))).toEqual([]);
  });

  it('names every key of the configuration that a way in may have', () => {
    const named = new Set(options);

    expect(listKeys().filter((key) => !named.has(key))).toEqual([]);
  });
});

type Schema = Readonly<Record<string, unknown>>;

/** Keys from a Service or provider downwards, such as `client.auth_method`. */
function listKeys(): string[] {
  const { properties } = writeConfigSchema() as { properties: Record<string, Schema> };
  const { services, identity_providers: providers, session, upstream_jwt: jwt } = properties;
  return [
    ...keysOf(itemsOf(services)),
    ...keysOf(itemsOf(providers)),
    ...keysOf(session).map((key) => `session.${key}`),
    ...keysOf(jwt).map((key) => `upstream_jwt.${key}`),
    'shared_key',
  ];
}

function itemsOf(schema: Schema | undefined): Schema | undefined {
  return schema?.['items'] as Schema | undefined;
}

function keysOf(schema: Schema | undefined): string[] {
  const properties = (schema?.['properties'] ?? {}) as Record<string, Schema>;
  return Object.entries(properties).flatMap(([key, value]) => {
    const inner = keysOf(unlessNull(value)).map((name) => `${key}.${name}`);
    return inner.length === 0 ? [key] : inner;
  });
}

/** Of a section that may be null: the section. */
function unlessNull(schema: Schema): Schema {
  const choices = (schema['anyOf'] ?? []) as Schema[];
  return choices.find((choice) => 'properties' in choice) ?? schema;
}
