import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const installed = join(import.meta.dirname, '..', '..', '.tools', 'bin');

/**
 * The Envoy binary: `POSTERN_ENVOY`, else the one that set-up chose (it prefers one on PATH that is
 * new enough), else one on PATH. Throws where there is none: a test never skips for want of it.
 */
export function findEnvoy(): string {
  const own = process.env['POSTERN_ENVOY'];
  if (own !== undefined && own !== '') return own;
  const found = findProgram(['envoy']);
  if (found === null) throw new Error('no envoy found: run `npm run setup` or set POSTERN_ENVOY');
  return found;
}

/** A Redis-compatible server to start; null where there is none (then `REDIS_URL` names a running one). */
export function findRedisServer(): string | null {
  return findProgram(['redis-server', 'valkey-server']);
}

function findProgram(names: readonly string[]): string | null {
  const folders = [installed, ...(process.env['PATH'] ?? '').split(delimiter)];
  for (const folder of folders.filter((path) => path !== '')) {
    const path = names.map((name) => join(folder, name)).find(isExecutable);
    if (path !== undefined) return path;
  }
  return null;
}

function isExecutable(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
