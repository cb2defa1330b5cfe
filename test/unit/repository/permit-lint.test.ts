import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';

const root = join(import.meta.dirname, '..', '..', '..');
const { default: configuration } = (await import(join(root, 'eslint.config.js'))) as {
  readonly default: readonly Linter.Config[];
};
const ruleName = '@typescript-eslint/no-restricted-imports';

/** The configuration as it is, with nothing but the one rule, which needs no types. */
const onlyImports = configuration
  .filter(({ rules }) => rules?.[ruleName] !== undefined)
  .map(({ files, rules }) => ({
    ...(files === undefined ? {} : { files }),
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: { parser: tseslint.parser },
    rules: { [ruleName]: rules?.[ruleName] ?? 'off' },
  }));

function lint(file: string, code: string): string[] {
  const linter = new Linter({ configType: 'flat', cwd: root });
  const config = onlyImports as Linter.Config[];
  return linter
    .verify(code, config, { filename: join(root, file) })
    .map(({ ruleId }) => ruleId ?? '');
}

const mint = "import { mintPermit } from '../authz/permit.ts';";
const everything = "import * as permits from '../authz/permit.ts';";
const value = "import { Permit } from '../authz/permit.ts';";
const type = "import { type Permit } from '../authz/permit.ts';";

describe('who may name what of permit.ts', () => {
  it.each([
    ['src/oauth/any.ts', mint],
    ['src/authz/decide.ts', mint],
    ['src/envoy/shape-response.ts', mint],
    ['src/envoy/shape-response.ts', everything],
    ['src/authz/check-acl.ts', value],
    ['src/authz/check-acl.ts', everything],
    ['src/app.ts', value],
  ])('%s may not say %s', (file, code) => {
    expect(lint(file, code)).toContain(ruleName);
  });

  it.each([
    ['src/authz/check-acl.ts', mint],
    ['src/authz/open-route.ts', mint],
    ['src/envoy/shape-response.ts', value],
    ['src/authz/decide.ts', type],
    ['src/authz/open-route.ts', type],
  ])('%s may say %s', (file, code) => {
    expect(lint(file, code)).toEqual([]);
  });
});
