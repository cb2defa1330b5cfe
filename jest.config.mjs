import { availableParallelism } from 'node:os';

/** One Jest project: `test/<name>`, TypeScript through swc as the ES modules that Node runs. */
function project(name, more = {}) {
  return {
    displayName: name,
    rootDir: import.meta.dirname,
    testEnvironment: 'node',
    testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
    extensionsToTreatAsEsm: ['.ts'],
    // Nothing but the tests: files in dist or in a fixture are no modules of this project.
    modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.tools/'],
    watchPathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.tools/'],
    transform: {
      '^.+\\.ts$': [
        '@swc/jest',
        {
          jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
          module: { type: 'es6' },
        },
      ],
    },
    ...more,
  };
}

export default {
  coverageProvider: 'v8',
  // Nothing is proved by the time that a test takes; machines that are busy take longer.
  testTimeout: 30_000,
  collectCoverageFrom: ['src/**/*.ts'],
  // End-to-end tests start an Envoy each; more of them at once only slow each other down.
  maxWorkers: Math.min(4, availableParallelism()),
  reporters: ['default', '<rootDir>/scripts/lib/count-reporter.mjs'],
  projects: [project('unit'), project('integration'), project('e2e')],
};
