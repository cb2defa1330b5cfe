import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runHere } from './recording-admin.ts';

const execute = promisify(execFile);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-completion-'));
  await writeFile(join(folder, 'postern.bash'), (await runHere(['completion', 'bash'])).out);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** What bash would offer for the last of these words. */
async function complete(...words: readonly string[]): Promise<string[]> {
  // Sourced twice, as a new shell within a shell would.
  const script = `source postern.bash; source postern.bash
    compopt() { echo files; }
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _postern; echo "\${COMPREPLY[@]}"`;
  const args = ['--norc', '-c', script, 'bash', 'postern', ...words];
  const { stdout } = await execute('bash', args, { cwd: folder });
  return stdout.split(/\s+/).filter((word) => word !== '');
}

describe('completion in bash', () => {
  it.each([
    [['con'], ['config', 'consumers']],
    [
      ['registrations', 're'],
      ['reject', 'revoke', 'resume'],
    ],
    [['registrations', 'approve', '--al'], ['--all']],
    [
      ['registrations', 'list', '--status', ''],
      ['requested', 'approved', 'rejected', 'revoked'],
    ],
    [
      ['consumers', 'list', '-o', ''],
      ['table', 'json', 'yaml'],
    ],
    [['consumers', 'list', '--limit', ''], []],
    [['consumers', 'list', '--admin-ca', ''], ['files']],
    [['import', ''], ['files']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish', 'powershell', '--help'],
    ],
  ])('of %j offers %j', async (words, offered) => {
    expect(await complete(...words)).toEqual(offered);
  });

  it('runs nothing that was typed', async () => {
    const owned = join(folder, 'owned');
    const offered = await complete('consumers', 'get', `$(touch ${owned})`, '`touch x`', '--dry');

    expect(offered).toEqual([]);
    expect(existsSync(owned)).toBe(false);
  });
});

it.each(['bash', 'zsh', 'fish', 'powershell'])('%s hears of every command', async (shell) => {
  const { code, out } = await runHere(['completion', shell]);
  const help = (await runHere(['--help'])).out.split('Commands:')[1] ?? '';
  const names = [...help.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name);

  expect(code).toBe(0);
  expect(names.length).toBeGreaterThan(12);
  expect(names.filter((name) => name !== 'help' && !out.includes(` ${String(name)}`))).toEqual([]);
});
