import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readHeaders } from '../../../src/cli/read-headers.ts';
import { halt, pass } from '../../../src/lib/step.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-headers-'));
  await writeFile(join(folder, 'headers'), 'X-One: 1\r\n\r\nx-two:2\n');
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

function read(given: readonly string[], input = '') {
  return readHeaders(given, { readInput: () => Readable.from([Buffer.from(input)]) });
}

describe('headers', () => {
  it('come from arguments, files and standard input, repeats as several values', async () => {
    const given = ['X-One: a: b', `@${join(folder, 'headers')}`, '-'];

    expect(await read(given, 'authorization: Bearer t \n')).toEqual(
      pass({ 'x-one': ['a: b', '1'], 'x-two': ['2'], authorization: ['Bearer t'] }),
    );
  });

  it.each([
    ['no name', ['x: 1', 'a-secret-token'], '', '--header 2: expected name: value'],
    ['a blank in the name', ['a b: c'], '', '--header 1: expected name: value'],
    ['a line of many', ['-'], 'x: 1\na-secret-token\n', '--header 1, line 2: expected name: value'],
    ['a file that is not there', ['@/nowhere'], '', '--header 1: cannot read /nowhere: ENOENT'],
  ])(
    'tell the place of what is wrong and not what it is: %s',
    async (_name, given, input, problem) => {
      expect(await read(given, input)).toEqual(halt(problem));
    },
  );
});
