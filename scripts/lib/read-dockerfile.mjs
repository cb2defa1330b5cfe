import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';

/**
 * The stages of our Dockerfile, in order. Reads what this file uses of the language, no more.
 * @returns {{ name: string, steps: { instruction: string, text: string }[] }[]}
 */
export function readDockerfile() {
  const stages = [];
  const lines = readFileSync(join(root, 'Dockerfile'), 'utf8')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  for (const line of lines) {
    const [, instruction, text] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (instruction === undefined || instruction === 'ARG') continue;
    if (instruction === 'FROM')
      stages.push({ name: / AS (\S+)$/.exec(text)?.[1] ?? '', steps: [] });
    else stages.at(-1).steps.push({ instruction, text });
  }
  return stages;
}

/** The JSON list at the end of an instruction in exec form. */
export function execForm(text) {
  return JSON.parse(text.slice(text.indexOf('[')));
}
