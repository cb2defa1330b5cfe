import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { capture, Problem, run } from './run.mjs';

const lockFile = join(root, 'package-lock.json');
/** Inside node_modules, so that it goes when the packages go. */
const marker = join(root, 'node_modules', '.installed-lock');
const nodeBinary = join(root, 'node_modules', '.bin', 'node');

/** `npm ci`, if the packages are not those of the lockfile. */
export function installPackages() {
  const wanted = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return;

  console.error('Installing packages: npm ci');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // Under npm the same npm again, else the one on PATH.
  const code = npm?.endsWith('.js')
    ? run(process.execPath, [npm, ...args])
    : run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args);
  if (code !== 0) throw new Problem(`npm ci failed with exit code ${code}; its output is above.`);
  requireNode();
  writeFileSync(marker, wanted);
}

/** Scripts run on the Node of node_modules, which its install script puts there. */
function requireNode() {
  const version = capture(nodeBinary, ['--version'])?.trim() ?? 'none';
  const major = Number(/^v(\d+)\./.exec(version)?.[1] ?? 0);
  if (major >= 24) return;
  throw new Problem(
    `The package "node" did not bring Node 24 (node_modules/.bin/node: ${version}). ` +
      'If install scripts are switched off, run: npm rebuild node --ignore-scripts=false',
  );
}
