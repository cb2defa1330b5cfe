// All that can be told without running the code. Every check runs, whatever the others find.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/root.mjs';
import { runMain, runTool } from './lib/run.mjs';

const generator = join(root, 'scripts', 'generate.mjs');

const checks = [
  ['format', () => runTool('prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.'])],
  ['lint', () => runTool('eslint/bin/eslint.js', ['--max-warnings=0', '.'])],
  ['types', () => runTool('typescript/bin/tsc', ['-p', 'tsconfig.json', '--noEmit'])],
  ['dependency rules', () => runTool('dependency-cruiser/bin/dependency-cruiser.mjs', ['src'])],
  ['unused code', () => runTool('knip/bin/knip.js', ['--no-progress'])],
  ['lockfile', () => runTool(join(root, 'scripts', 'complete-lockfile.mjs'), ['--check'])],
  ['generated files', () => (existsSync(generator) ? runTool(generator, ['--check']) : 0)],
];

function main() {
  const failed = [];
  for (const [name, check] of checks) {
    console.log(`— ${name}`);
    if (check() !== 0) failed.push(name);
  }
  if (failed.length === 0) return 0;
  console.error(`\nFailed: ${failed.join(', ')}`);
  return 1;
}

runMain(main);
