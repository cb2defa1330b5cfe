import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Version of this package, from its package.json. */
export function readVersion(packageRoot: string): string {
  const text = readFileSync(join(packageRoot, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
