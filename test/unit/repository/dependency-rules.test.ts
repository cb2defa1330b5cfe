import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
  /** All files of a circle, which is reported once. */
  readonly cycle?: readonly { readonly name: string }[];
}

const root = join(import.meta.dirname, '..', '..', '..');
const require = createRequire(import.meta.url);
const rules = require('../../../.dependency-cruiser.cjs') as {
  readonly forbidden: readonly { readonly name: string }[];
};

/** A source tree that breaks every rule once: file, what it imports, the rule. */
const offences: readonly (readonly [file: string, line: string, rule: string])[] = [
  ...[
    'lib',
    'authz',
    'registry',
    'documents',
    'kong',
    'admin',
    'config',
    'envoy',
    'oauth',
    'server',
    'session',
    'store',
    'telemetry',
    'webhooks',
  ].map(
    (layer) =>
      [`src/${layer}/up.ts`, "import '../app.ts';", `${layer}-imports-only-below`] as const,
  ),
  ['src/cli/sideways.ts', "import '../server/fine.ts';", 'cli-imports-only-below'],
  ['src/cli/call.ts', "import 'undici';", 'undici-stays-home'],
  ['src/main.ts', "import './server/fine.ts';", 'main-imports-only-below'],
  ['src/app/up.ts', "import '../cli/home.ts';", 'app-imports-only-below'],
  ['src/version.ts', "import './lib/home.ts';", 'version-imports-only-below'],
  ...[
    ['jose', 'jose'],
    ['oauth4webapi', 'oauth4webapi'],
    ['undici', 'undici'],
    ['standardwebhooks', 'standardwebhooks'],
    ['cockatiel', 'cockatiel'],
    ['ioredis', 'ioredis'],
    ['pino', 'pino'],
    ['@prometheus-io/client', 'prometheus-io-client'],
    ['@grpc/grpc-js', 'grpc'],
    ['grpc-health-check', 'grpc-health-check'],
    ['negotiator', 'negotiator'],
    ['fastify', 'fastify'],
    ['yaml', 'yaml'],
    ['zod', 'zod'],
    ['commander', 'commander'],
    ['cli-progress', 'cli-progress'],
    ['cli-table3', 'cli-table3'],
  ].map(
    ([library, name]) =>
      [`src/app/${name}.ts`, `import '${library}';`, `${name}-stays-home`] as const,
  ),
  ['src/authz/impure.ts', "import 'node:crypto';", 'domain-is-pure'],
  ['src/oauth/mint.ts', "import '../authz/permit.ts';", 'permits-are-minted-in-two-places'],
  ['src/envoy/late.ts', "await import('../authz/permit.ts');", 'permits-are-minted-in-two-places'],
  ['src/envoy/again.ts', "export * from '../authz/permit.ts';", 'permits-are-minted-in-two-places'],
  ['src/app/eager.ts', "import '../admin/fine.ts';", 'admin-is-loaded-where-it-is-configured'],
  ['src/app/hasty.ts', "import './start-admin.ts';", 'admin-is-loaded-where-it-is-configured'],
  [
    'src/app/eager-hooks.ts',
    "import '../webhooks/fine.ts';",
    'webhooks-are-loaded-where-they-are-configured',
  ],
  [
    'src/app/hasty-hooks.ts',
    "import './open-webhooks.ts';",
    'webhooks-are-loaded-where-they-are-configured',
  ],
  ['src/app/tested.ts', "import '../../test/fine.ts';", 'src-stands-alone'],
  ['src/app/checked.ts', "import 'ajv';", 'no-development-package-in-src'],
  ['src/server/round.ts', "import './about.ts';", 'no-circular'],
  ['src/server/about.ts', "import './round.ts';", 'no-circular'],
  ['src/server/lost.ts', "import './nowhere.ts';", 'resolvable'],
];

const permitted: readonly (readonly [file: string, line: string])[] = [
  ['src/app.ts', "import './server/fine.ts'; import './oauth/typed.ts';"],
  ['src/app/start-admin.ts', "import '../admin/fine.ts';"],
  ['src/app/patient.ts', "await import('./start-admin.ts');"],
  ['src/app/open-webhooks.ts', "import '../webhooks/fine.ts';"],
  ['src/webhooks/fine.ts', "import 'standardwebhooks'; import 'undici';"],
  ['src/admin/fine.ts', "import 'fastify'; import '../registry/fine.ts';"],
  ['src/telemetry/fine.ts', "import '../registry/fine.ts';"],
  ['src/registry/fine.ts', "import '../authz/check-acl.ts';"],
  ['src/authz/permit.ts', 'export class Permit {}'],
  ['src/authz/check-acl.ts', "import './permit.ts';"],
  ['src/authz/open-route.ts', "import './permit.ts';"],
  ['src/envoy/shape-response.ts', "import '../authz/permit.ts';"],
  [
    'src/oauth/typed.ts',
    "import type { Permit } from '../authz/permit.ts'; export type P = Permit;",
  ],
  ['src/server/fine.ts', "import '@grpc/grpc-js';"],
  ['src/store/redis/home.ts', "import 'ioredis';"],
  ['src/store/documents.ts', "import '../documents/home.ts';"],
  ['src/documents/home.ts', "import 'yaml'; import 'zod';"],
  ['src/cli/home.ts', "import '../config/home.ts';"],
  ['src/cli/admin-client/home.ts', "import 'undici';"],
  ['src/config/home.ts', "import 'zod';"],
  ['src/lib/home.ts', 'export const home = 1;'],
  ['test/fine.ts', 'export const fine = 1;'],
];

describe('dependency rules', () => {
  let folder: string;
  let violations: readonly Violation[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'postern-rules-'));
    for (const name of ['.dependency-cruiser.cjs', 'package.json', 'tsconfig.json']) {
      copyFileSync(join(root, name), join(folder, name));
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const [file, line] of [...offences, ...permitted]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `${line}\nexport {};\n`);
    }
    violations = cruise(folder);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(offences)('%s with %s breaks %s', (file, _line, rule) => {
    expect(rulesBrokenBy(file, violations)).toContain(rule);
  });

  it.each(permitted)('%s may say %s', (file) => {
    expect(rulesBrokenBy(file, violations)).toEqual([]);
  });

  it('has an offence here for every rule', () => {
    const broken = new Set(offences.map(([, , rule]) => rule));

    expect(rules.forbidden.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
  });
});

function rulesBrokenBy(file: string, violations: readonly Violation[]): string[] {
  return violations
    .filter(({ from, cycle }) => from === file || cycle?.some(({ name }) => name === file) === true)
    .map(({ rule }) => rule.name);
}

function cruise(folder: string): readonly Violation[] {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [program, 'src', '--output-type', 'json'];
  const output = execFileSync(process.execPath, args, { cwd: folder, maxBuffer: 1 << 26 });
  const report = JSON.parse(output.toString()) as {
    summary: { violations: readonly Violation[] };
  };
  return report.summary.violations;
}
