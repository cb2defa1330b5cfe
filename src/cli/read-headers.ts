import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { halt, pass, type Step } from '../lib/step.ts';
import { errorCode } from './error-code.ts';
import type { Host } from './host.ts';

type Headers = Readonly<Record<string, readonly string[]>>;

/**
 * Headers from `name: value`, from the lines of `@file`, or from those of standard input (`-`). What is
 * wrong is told by its place alone: it may be a token.
 */
export async function readHeaders(
  given: readonly string[],
  host: Pick<Host, 'readInput'>,
): Promise<Step<Headers, string>> {
  const headers = new Map<string, string[]>();
  for (const [index, argument] of given.entries()) {
    const place = `--header ${String(index + 1)}`;
    const lines = await readLines(argument, host);
    if (typeof lines === 'string') return halt(`${place}: ${lines}`);
    for (const [at, line] of lines.entries()) {
      const match = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*?)[ \t]*$/.exec(line);
      const [, name = '', value = ''] = match ?? [];
      if (match === null) {
        const where = lines.length === 1 ? '' : `, line ${String(at + 1)}`;
        return halt(`${place}${where}: expected name: value`);
      }
      const key = name.toLowerCase();
      headers.set(key, [...(headers.get(key) ?? []), value]);
    }
  }
  return pass(Object.fromEntries(headers));
}

/** Or what is wrong: a token that was given in place of a file does not begin with `@`. */
async function readLines(
  argument: string,
  host: Pick<Host, 'readInput'>,
): Promise<readonly string[] | string> {
  if (argument === '-') return splitLines(await text(host.readInput()));
  if (!argument.startsWith('@')) return [argument];
  try {
    return splitLines(await readFile(argument.slice(1), 'utf8'));
  } catch (error) {
    return `cannot read ${argument.slice(1)}: ${errorCode(error)}`;
  }
}

function splitLines(lines: string): readonly string[] {
  return lines.split(/\r?\n/).filter((line) => line.trim() !== '');
}
