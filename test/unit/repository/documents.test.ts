import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../src/config/load-config.ts';
import { readConsumers } from '../../../src/store/read-consumers.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** The first YAML block after a line that names the file. */
function blockOf(file: string): string {
  const [, block = ''] =
    new RegExp(`\`${file}\`:\\n+\`\`\`yaml\\n([\\s\\S]*?)\`\`\``).exec(readme) ?? [];
  return block;
}

describe('README', () => {
  it('has a minimal configuration that loads without a warning', () => {
    const text = blockOf('postern.yaml');
    const loaded = loadConfig({ text, file: 'postern.yaml', env: {}, readFile: () => '' });

    expect(loaded).toMatchObject({ ok: true, value: { warnings: [] } });
  });

  it('has Consumers that can be read', async () => {
    const source = (async function* () {
      yield await Promise.resolve(Buffer.from(blockOf('consumers.yaml')));
    })();
    const events = [];
    for await (const batch of readConsumers(source, 'consumers.yaml')) events.push(...batch);

    expect(events).toMatchObject([
      { kind: 'consumer', entry: { record: { customId: '0oa1b2c3d4' } } },
    ]);
  });
});

/** Whole configuration files among the YAML blocks of the pages; those of providers have a test of their own. */
const configurations = documents
  .filter((name) => !name.startsWith(join('docs', 'providers')))
  .flatMap((name) =>
    [...readFileSync(join(root, name), 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g)]
      .map(([, text = '']) => text)
      .filter((text) => /^identity_providers:/m.test(text))
      .map((text, at) => ({ name, block: at + 1, text })),
  );

const secret = 'a secret of more than thirty-two characters';
const env = { KEYCLOAK_SECRET: secret, POSTERN_ADMIN_TOKEN: 'a'.repeat(64), SESSION_KEY: secret };

/** What `validate` says of an example on purpose. */
const warned: Readonly<Record<string, readonly string[]>> = {
  'docs/client-credentials.md 2': ['services[0].auth_methods[0]'],
};

it.each(configurations)('$name has a configuration that loads, block $block', (block) => {
  const { name, block: at, text } = block;
  const loaded = loadConfig({ text, file: 'postern.yaml', env, readFile: () => secret });

  const found = loaded.ok ? loaded.value.warnings.map(({ path }) => path) : loaded.stop;
  expect(found).toEqual(warned[`${name} ${String(at)}`] ?? []);
});

describe.each(documents)('%s', (name) => {
  const text = readFileSync(join(root, name), 'utf8');

  it('links to what is there', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = '']) => link);
    const missing = links.filter((link) => !existsSync(join(root, dirname(name), link)));

    expect(missing).toEqual([]);
  });

  it('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...text.matchAll(/npm run ([a-z-]+)/g)].map(([, script = '']) => script);

    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });

  it('names files that exist', () => {
    const paths = [
      ...text.matchAll(/`((?:src|test|docs|envoy|deploy|bench|scripts|proto)\/[\w./-]+)`/g),
    ].map(([, path = '']) => path.replace(/\/$/, ''));
    const missing = paths.filter((path) => !existsSync(join(root, path)));

    expect(missing).toEqual([]);
  });
});
