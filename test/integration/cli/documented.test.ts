import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startAdministrated, tokens, type Administrated } from './setup.ts';
import { answerAll, entry } from './answer-all.ts';
import { runHere, startRecordingAdmin, type RecordingAdmin } from './recording-admin.ts';

jest.setTimeout(90_000);

const page = readFileSync(join(import.meta.dirname, '../../../docs/command-line.md'), 'utf8');
const administration = ['consumers', 'acls', 'applications', 'developers', 'registrations'];
/** One to suspend, and one to resume. */
const registrations = [true, false].map((suspended) => ({ ...entry, suspended }));
const files = ['billing-app.yaml', 'c.yaml', 'consumer.yaml', 'leaked.txt'];

let folder: string;
let admin: RecordingAdmin;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-documented-'));
  await Promise.all(files.map((name) => writeFile(join(folder, name), 'custom_id: new\n')));
  admin = await startRecordingAdmin((request) => {
    const isList = request.path.startsWith('/registrations?');
    return isList ? { body: { data: registrations, offset: null } } : answerAll(request);
  });
});

afterAll(async () => {
  admin.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Words as a shell would make them of this line, up to what it would keep to itself. */
function readWords(line: string): string[] {
  const command = line.replace(/\s+#.*|\s[>|].*|;.*/, '');
  const words = [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)];
  return words.map(([, single, double, plain]) => single ?? double ?? plain ?? '');
}

async function run(line: string) {
  const words = readWords(line).map((word) => (files.includes(word) ? join(folder, word) : word));
  const before = admin.requests.length;
  const args = [...words, '--admin-addr', admin.url];
  const { code, err } = await runHere(args, { isTerminal: true, input: 'y\n' });
  return { code, asked: admin.requests.length > before, err: code === 0 ? '' : err };
}

const worked = { code: 0, asked: true, err: '' };

const [, story = '', rest = ''] = /```sh\n(.*?)```(.*)/s.exec(page) ?? [];

function commandsIn(text: string): string[] {
  return [...text.matchAll(/^postern (.*)$/gm)].map(([, line = '']) => line);
}

describe('the story of docs/command-line.md', () => {
  let real: Administrated;

  beforeAll(async () => {
    real = await startAdministrated();
  });

  afterAll(() => real.stop());

  it('goes as it is told', async () => {
    const printed: string[] = [];
    for (const line of commandsIn(story)) {
      const args = [...readWords(line), '--admin-addr', real.url];
      const env = { POSTERN_ADMIN_TOKEN: tokens.admin };
      const { code, out, err } = await runHere(args, { isTerminal: true, input: 'y\n', env });

      expect({ line, code, err: code === 0 ? '' : err }).toEqual({ line, code: 0, err: '' });
      printed.push(out);
    }

    expect(printed).toEqual([
      expect.stringMatching(/^name +Shop$/m),
      expect.stringMatching(/^status +requested$/m),
      expect.stringMatching(/Shop .*requested/),
      expect.stringMatching(/Shop .*approved .*ticket 12/),
      expect.stringMatching(/Shop .*revoked/),
      expect.stringMatching(/registration\.revoke[^]*registration\.approve[^]*application\.create/),
    ]);
  });
});

describe('docs/command-line.md', () => {
  const lines = commandsIn(rest).filter((line) => !/^completion|--follow/.test(line));

  it('shows commands', () => {
    expect(lines.length).toBeGreaterThan(12);
  });

  it.each(lines)('postern %s', async (line) => {
    expect(await run(line)).toEqual(worked);
  });
});

describe('--help', () => {
  it.each([
    ...administration.flatMap((name) =>
      ['list', 'get', 'create', 'update', 'delete'].map((verb) => `${name} ${verb}`),
    ),
    ...['approve', 'reject', 'revoke', 'suspend', 'resume'].map((step) => `registrations ${step}`),
    ...['tokens revoke', 'tokens list', 'tokens lift', 'audit list'],
  ])('of %s has examples that work', async (command) => {
    const { out } = await runHere([...command.split(' '), '--help']);
    const examples = [...out.matchAll(/^ {2}postern (.*)$/gm)].map(([, line = '']) => line);

    expect(examples).not.toEqual([]);
    for (const example of examples.filter((line) => !line.includes('--follow'))) {
      expect({ example, ...(await run(example)) }).toEqual({ example, ...worked });
    }
  });
});
