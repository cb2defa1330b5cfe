#!/usr/bin/env -S node --max-semi-space-size=16
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
const [major] = process.versions.node.split('.');

if (Number(major) < 22) {
  console.error(`postern needs Node 22 or newer; this is ${process.version}.`);
  process.exitCode = 2;
} else if (!existsSync(main)) {
  console.error('postern is not built yet: run `npm run build` first.');
  process.exitCode = 2;
} else {
  await import(main.href);
}
