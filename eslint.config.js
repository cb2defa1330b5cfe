import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const permitFile = ['**/permit.ts'];
const onlyMinters = {
  group: permitFile,
  importNames: ['mintPermit'],
  message: 'Permits are minted in src/authz/check-acl.ts and src/authz/open-route.ts only.',
};
const permitAsType = {
  group: permitFile,
  importNames: ['Permit'],
  allowTypeImports: true,
  message: 'Import the type; only src/envoy/shape-response.ts asks Permit.isMinted.',
};

const seededProperties = {
  name: 'fast-check',
  importNames: ['default'],
  message: 'Import fc from test/support/properties.ts, which sets the seed.',
};

/** Globals of plain JavaScript files; TypeScript knows its own. */
const nodeGlobals = {
  AbortSignal: 'readonly',
  Buffer: 'readonly',
  URL: 'readonly',
  clearTimeout: 'readonly',
  console: 'readonly',
  process: 'readonly',
  setTimeout: 'readonly',
};

/** Size of a unit of reading; see the dependency rules for how units may meet. */
const sizes = {
  'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
  complexity: ['error', 10],
};

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', '.tools/', 'node_modules/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', prefer: 'type-imports' },
      ],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // An async function without await turns a throw into a rejection, which ports rely on.
      '@typescript-eslint/require-await': 'off',
      'func-style': ['error', 'declaration', { allowArrowFunctions: true }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      ...sizes,
      'no-console': 'error',
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [onlyMinters, permitAsType] },
      ],
    },
  },
  {
    files: ['src/authz/check-acl.ts', 'src/authz/open-route.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [permitAsType] }] },
  },
  {
    files: ['src/envoy/shape-response.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [onlyMinters] }] },
  },
  { files: ['src/cli/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      // What comes off the wire is untyped, and an assertion is how a test types it.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-restricted-imports': ['error', { paths: [seededProperties] }],
      // Every module is injected; mocking one would test another program.
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'CallExpression[callee.object.name="jest"][callee.property.name=/^(mock|doMock|unstable_mockModule)$/]',
          message: 'Inject the collaborator instead of mocking its module.',
        },
      ],
    },
  },
  {
    files: ['test/support/properties.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': 'off' },
  },
  {
    files: ['demo/**/*.ts', 'bench/**/*.ts'],
    rules: { 'max-lines': sizes['max-lines'], complexity: sizes.complexity },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: { globals: nodeGlobals },
    rules: { ...sizes, 'func-style': ['error', 'declaration', { allowArrowFunctions: true }] },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: { module: 'readonly' } },
  },
);
