import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConsumerRecord } from '../../../../src/authz/consumer.ts';
import type { Problem } from '../../../../src/documents/problem.ts';
import { createFileStore, type FileStore } from '../../../../src/store/file/file-store.ts';
import { until } from '../until.ts';

const never = new AbortController().signal;

let directory: string;
let path: string;
let store: FileStore | null;
let loads: {
  problems: readonly Problem[];
  consumers: number;
  records: () => Iterable<ConsumerRecord>;
}[];
let batches: number[];
let turns: number;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'postern-consumers-'));
  path = join(directory, 'consumers.yaml');
  [store, loads, batches, turns] = [null, [], [], 0];
});

afterEach(async () => {
  await store?.stop();
  await rm(directory, { recursive: true });
});

async function start(pollMs = 20): Promise<readonly Problem[]> {
  store = createFileStore({
    path,
    pollMs,
    report: {
      loaded: (event) => loads.push(event),
      batch: (size) => batches.push(size),
    },
  });
  return store.start(never);
}

function consumers(...usernames: string[]): string {
  return `consumers:\n${usernames.map((name) => `  - username: ${name}\n`).join('')}`;
}

/** The Consumers that the latest report has. */
function toldLast(): (string | null)[] {
  const records = loads.at(-1)?.records() ?? [];
  return Array.from(records, ({ username }) => username);
}

async function knows(username: string): Promise<boolean> {
  const found = await store!.resolve('username', username, never);
  return found.ok && found.value !== null;
}

describe('a Consumers file', () => {
  it('is down before it is loaded, and unavailable is what a request hears', async () => {
    const idle = createFileStore({ path });
    expect(idle.status().state).toBe('down');
    expect(await idle.resolve('username', 'a', never)).toMatchObject({
      ok: false,
      stop: { reason: 'store_unavailable' },
    });
  });

  it('gives all problems at once, with line and column', async () => {
    await writeFile(
      path,
      [
        'consumers:',
        '  - username: a',
        '    custom_id: 7',
        '  - username: b',
        '    acl: [{ group: gold }]',
        '  - username: a',
        '  - { username: c, registrations: [{ service: s, status: maybe }] }',
        '  - username: "d',
        '  - tags: [x]',
      ].join('\n'),
    );
    const problems = await start();
    expect(problems.map(({ line, column, path: place }) => [line, column, place])).toEqual([
      [3, 16, 'consumers[0].custom_id'],
      [5, 5, 'consumers[1].acl'],
      [7, 58, 'consumers[3].registrations[0].status'],
      [8, expect.any(Number), ''],
      [9, 5, 'consumers[5]'],
    ]);
    expect(store!.status().state).toBe('down');
  });

  it('names both lines of what must be unique', async () => {
    await writeFile(
      path,
      'consumers:\n- username: a\n  custom_id: x\n- custom_id: x\n- username: a\n',
    );
    expect(await start()).toMatchObject([
      { line: 4, path: 'custom_id', message: expect.stringContaining('line 2') },
      { line: 4, path: 'id', message: expect.stringContaining('line 2') },
      { line: 5, path: 'username', message: expect.stringContaining('line 2') },
    ]);
  });

  it('is a problem when it is not there', async () => {
    expect(await start()).toMatchObject([
      { file: path, message: 'the file cannot be read (ENOENT)' },
    ]);
  });

  it('ends a start whose signal aborts', async () => {
    await writeFile(path, consumers('a'));
    store = createFileStore({ path });
    await expect(store.start(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});

describe('a changed Consumers file', () => {
  const ways: [string, (text: string) => Promise<void>][] = [
    ['written in place', (text) => writeFile(path, text)],
    [
      'renamed over',
      async (text) => {
        await writeFile(`${path}~`, text);
        await rename(`${path}~`, path);
      },
    ],
    [
      'removed and written anew',
      async (text) => {
        await rm(path);
        await writeFile(path, text);
      },
    ],
  ];

  it.each(ways)('is in force after it was %s', async (_, change) => {
    await writeFile(path, consumers('a'));
    expect(await start()).toEqual([]);
    await change(consumers('b'));
    await until(async () => (await knows('b')) && !(await knows('a')));
  });

  it.each([
    ['with polling', 20],
    ['from the directory alone', 1_000_000],
  ])('is in force after Kubernetes has swapped the symbolic link, %s', async (_, pollMs) => {
    await volume('v1', consumers('a'));
    await symlink('v1', join(directory, '..data'));
    await symlink(join('..data', 'consumers.yaml'), path);
    expect(await start(pollMs)).toEqual([]);
    expect(await knows('a')).toBe(true);

    await volume('v2', consumers('b'));
    await symlink('v2', join(directory, '..data_tmp'));
    await rename(join(directory, '..data_tmp'), join(directory, '..data'));
    await rm(join(directory, 'v1'), { recursive: true });
    await until(async () => (await knows('b')) && !(await knows('a')));
  });

  async function volume(name: string, text: string): Promise<void> {
    await mkdir(join(directory, name));
    await writeFile(join(directory, name, 'consumers.yaml'), text);
  }

  it('changes nothing while it has problems, and heals', async () => {
    await writeFile(path, consumers('a'));
    await start();
    await writeFile(path, 'consumers:\n  - username: b\n  - nonsense: 1\n  - username: [c]\n');
    await until(() => loads.length === 2);
    expect(loads[1]?.problems.map(({ line }) => line)).toEqual([3, 3, 4]);
    expect(await knows('a')).toBe(true);
    expect(await knows('b')).toBe(false);
    expect(store!.status().state).toBe('degraded');

    await writeFile(path, consumers('b'));
    await until(() => knows('b'));
    expect(store!.status()).toEqual({ state: 'ok' });
  });

  it('is told with the Consumers in force', async () => {
    await writeFile(path, 'consumers:\n- { username: a, custom_id: x }\n- username: b\n');
    await start();
    expect(toldLast()).toEqual(['a', 'b']);
    await writeFile(path, 'consumers:\n- nonsense: 1\n');
    expect(await store!.reload()).toHaveLength(2);
    expect(toldLast()).toEqual(['a', 'b']);
    await writeFile(path, consumers('c'));
    await store!.reload();
    expect(toldLast()).toEqual(['c']);
  });

  it('is told with nobody when the first reading fails', async () => {
    await start();
    expect(loads).toHaveLength(1);
    expect(toldLast()).toEqual([]);
  });

  it('keeps the old data when it is removed', async () => {
    await writeFile(path, consumers('a'));
    await start();
    await rm(path);
    expect(await store!.reload()).toHaveLength(1);
    expect(await knows('a')).toBe(true);
    expect(store!.status().state).toBe('degraded');
  });

  it('is read once more for all who ask while it is being read', async () => {
    await writeFile(path, consumers('a'));
    await start(1_000_000);
    await Promise.all(Array.from({ length: 10 }, () => store!.reload()));
    expect(loads).toHaveLength(2);
  });
});

describe('a large Consumers file', () => {
  it('is taken in by small pieces, between which the event loop turns', async () => {
    const names = Array.from({ length: 2050 }, (_, index) => `app-${String(index)}`);
    await writeFile(path, consumers(...names));
    const turn = () => {
      turns += 1;
      if (loads.length === 0) setImmediate(turn);
    };
    const turnsAtBatch: number[] = [];
    store = createFileStore({
      path,
      report: {
        loaded: (event) => loads.push(event),
        batch(size) {
          batches.push(size);
          turnsAtBatch.push(turns);
        },
      },
    });
    turn();
    expect(await store.start(never)).toEqual([]);
    expect(store.size()).toBe(2050);
    expect(batches).toHaveLength(21);
    expect(Math.max(...batches)).toBe(100);
    expect(new Set(turnsAtBatch).size).toBe(batches.length);
  });
});
