// Writes dist/: JavaScript and source maps of src/. proto/ is read from where it lies.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/root.mjs';
import { runMain, runTool } from './lib/run.mjs';

function main() {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  return runTool('typescript/bin/tsc', ['-p', 'tsconfig.build.json']);
}

runMain(main);
