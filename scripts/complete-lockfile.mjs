// A registry mirror may hold no packages for other platforms than its own. npm then leaves them out
// of the lockfile, and `npm ci` calls such a lockfile out of sync. This enters them: their version is
// the one that their parent pins, their platform is in their name. `--check` only tells whether any
// is missing; npm skips those of other platforms without fetching them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/root.mjs';
import { Problem, runMain } from './lib/run.mjs';

const file = join(root, 'package-lock.json');
const platform =
  /-(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|ia32|loong64|ppc64|riscv64|s390x|x64)\b/;

function main() {
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = findMissing(lock.packages);
  if (missing.size === 0) return;
  if (process.argv.includes('--check')) {
    throw new Problem(
      `package-lock.json lacks ${[...missing.keys()].join(', ')}; run: node scripts/complete-lockfile.mjs`,
    );
  }
  const packages = Object.entries({ ...lock.packages, ...Object.fromEntries(missing) });
  packages.sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries(packages);
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.error(`Entered ${missing.size} packages of other platforms into package-lock.json.`);
}

/** Optional dependencies that no entry can satisfy, as entries to add, by their place in the tree. */
function findMissing(packages) {
  const missing = new Map();
  for (const [place, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isThere(packages, place, name)) continue;
      const [, os, cpu] = platform.exec(name) ?? [];
      if (os === undefined || !/^\d/.test(version)) continue;
      const dev = entry.dev === true ? { dev: true } : {};
      missing.set(`node_modules/${name}`, {
        version,
        cpu: [cpu],
        ...dev,
        optional: true,
        os: [os],
      });
    }
  }
  return missing;
}

/** Node's look-up: beside the dependants, then outwards. */
function isThere(packages, place, name) {
  const steps = place === '' ? [] : place.split('/node_modules/');
  for (let depth = steps.length; depth >= 0; depth -= 1) {
    const outer = steps.slice(0, depth).join('/node_modules/');
    if (`${outer === '' ? '' : `${outer}/`}node_modules/${name}` in packages) return true;
  }
  return false;
}

runMain(main);
