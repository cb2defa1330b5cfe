import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { runCommand } from './run-command.ts';

jest.setTimeout(30_000);

const examples = join(import.meta.dirname, '..', '..', '..', 'examples', 'kong');
const kong = join(examples, 'kong.yaml');
const portal = join(examples, 'portal.json');

const env = {
  DECK_ISSUER: 'https://idp.example',
  GATEWAY_CLIENT_ID: 'gateway',
  GATEWAY_CLIENT_SECRET: 'secret',
  DECK_SESSION_SECRET: 'a-key-of-sessions-that-is-long-enough',
};

let folder: string;
let guarded: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-import-kong-'));
  guarded = join(folder, 'guarded.yaml');
  const text = await readFile(kong, 'utf8');
  await writeFile(
    guarded,
    `${text}  - name: key-auth\n  - name: ip-restriction\n`.replace(
      /^acls:\n(?: .*\n)*?(?= {2}- name)/m,
      '',
    ),
  );
});

afterAll(() => rm(folder, { recursive: true }));

/** The example has a limit of rates, which Envoy has to take over. */
function run(...args: string[]) {
  return runCommand(['import', 'kong', ...args, '--accept-loss', 'rate-limiting'], { env });
}

describe('postern import kong', () => {
  it('writes files that validate takes', async () => {
    const out = join(folder, 'new', 'folder');

    const imported = await run(kong, '--portal', portal, '--out', out);
    const validated = await runCommand(['validate', '-c', join(out, 'postern.yaml')], { env });

    expect(imported).toMatchObject({ code: 0, err: '' });
    expect(imported.out).toMatch(/^translated:[^]*^ignored[^]*wrote .*postern\.yaml/m);
    expect(await readdir(out)).toEqual(['consumers.yaml', 'envoy-routes.yaml', 'postern.yaml']);
    expect((await stat(join(out, 'postern.yaml'))).mode & 0o077).toBe(0);
    expect(validated.code).toBe(0);
    expect(validated.out).toContain('2 services, 5 routes, 6 Consumers');
  });

  it('replaces no file, unless it is told to', async () => {
    const out = join(folder, 'taken');
    await run(kong, '--out', out);
    await writeFile(join(out, 'consumers.yaml'), 'mine');

    const refused = await run(kong, '--out', out);
    const kept = await readFile(join(out, 'consumers.yaml'), 'utf8');
    const forced = await run(kong, '--out', out, '--force');

    expect(refused.code).toBe(2);
    expect(refused.err).toContain('--force');
    expect(kept).toBe('mine');
    expect(forced.code).toBe(0);
    expect(await readFile(join(out, 'consumers.yaml'), 'utf8')).not.toBe('mine');
  });

  it('replaces a file that others may read by one that they may not', async () => {
    const out = join(folder, 'open');
    await mkdir(out);
    await writeFile(join(out, 'postern.yaml'), 'theirs', { mode: 0o644 });

    const { code } = await run(kong, '--out', out, '--force');

    expect(code).toBe(0);
    expect((await stat(join(out, 'postern.yaml'))).mode & 0o077).toBe(0);
    expect(await readdir(out)).toEqual(['consumers.yaml', 'envoy-routes.yaml', 'postern.yaml']);
  });

  it('says where it cannot write', async () => {
    const { code, err } = await run(kong, '--out', join(kong, 'below'));

    expect(code).toBe(2);
    expect(err).toMatch(/kong\.yaml\/below: cannot be written \(ENOTDIR\)/);
  });

  it('writes nothing with --dry-run', async () => {
    const out = join(folder, 'dry');

    const { code, out: text } = await run(kong, '--out', out, '--dry-run', '-o', 'json');

    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchObject({
      stopped: false,
      written: [],
      services: 2,
      refused: [{ name: 'rate-limiting', accepted: true }],
    });
    await expect(stat(out)).rejects.toThrow('ENOENT');
  });

  it('stops with 2 at what it refuses, by name and place', async () => {
    const out = join(folder, 'refused');

    const { code, out: text, err } = await run(guarded, '--out', out);

    expect(code).toBe(2);
    expect(text).toMatch(/^refused; --accept-loss.*\n {2}key-auth \(.*guarded\.yaml:\d+:\d+ /m);
    expect(err).toContain('nothing is written');
    await expect(stat(out)).rejects.toThrow('ENOENT');
  });

  it.each([
    [['--accept-loss', 'key-auth'], 2],
    [['--accept-loss', 'key-auth', 'ip-restriction'], 0],
    [['--accept-loss', 'key-auth', '--accept-loss', 'ip-restriction'], 0],
    [['--accept-loss', 'key-auth', 'ip-restriction', 'key-oath'], 2],
  ])('with %j ends with %d', async (accept, wanted) => {
    const { code } = await run(guarded, '--dry-run', ...accept);

    expect(code).toBe(wanted);
  });

  it.each([
    ['a file that is not there', ['none.yaml'], /none\.yaml:1:1: cannot be read/],
    ['an export that is not there', [kong, '--portal', 'none.json'], /none\.json:1:1/],
    ['an export that is none', [kong, '--portal', kong], /kong\.yaml:\d+:\d+: .*unknown key/],
    ['a file of another kind', [portal], /portal\.json:\d+:\d+: /],
    [
      'an accepted loss of nothing',
      [kong, '--accept-loss', 'acls'],
      /--accept-loss acls: nothing of that name is refused/,
    ],
    ['no version', [kong, '--kong-version', 'new'], /Expected a version/],
    ['no file', [], /missing required argument/],
    ['an unknown option', [kong, '--prune'], /unknown option/],
  ])('%s ends with 2', async (_name, args, message) => {
    const { code, err } = await run(...args, '--dry-run');

    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  it('leaves the import of Consumers as it was', async () => {
    const { code, err } = await runCommand(['import', kong]);

    expect(code).toBe(2);
    expect(err).toMatch(/required option .*--config/);
  });
});
