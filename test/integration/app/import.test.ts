import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { runCommand } from './run-command.ts';

jest.setTimeout(30_000);

let redis: TestRedis;
let folder: string;

beforeAll(async () => {
  redis = await startRedis();
  folder = await mkdtemp(join(tmpdir(), 'postern-import-'));
  const store = { redis: { url: redis.url, key_prefix: redis.keyPrefix } };
  const config = {
    store,
    identity_providers: [{ name: 'idp', issuer: 'https://idp.example.com' }],
    services: [{ name: 'orders', identity_providers: ['idp'] }],
  };
  await writeFile(join(folder, 'postern.yaml'), JSON.stringify(config));
});

afterAll(async () => {
  await redis.stop();
  await rm(folder, { recursive: true });
});

async function keys(): Promise<string[]> {
  const all = await redis.client.keys(`{${redis.keyPrefix}}*`);
  return all.map((key) => key.replace(`{${redis.keyPrefix}}:`, '')).sort();
}

beforeEach(async () => {
  for (const key of await redis.client.keys(`{${redis.keyPrefix}}*`)) await redis.client.del(key);
});

/** Imports this text as a file of this name; `-` = from standard input. */
async function importText(text: string, name: string, ...options: string[]) {
  const file = name === '-' ? name : join(folder, name);
  if (name !== '-') await writeFile(file, text);
  const args = ['import', file, '--config', join(folder, 'postern.yaml'), '-o', 'json', ...options];
  const { code, out, err } = await runCommand(args, { input: name === '-' ? text : '' });
  return { code, err, result: JSON.parse(out) as Record<string, unknown> };
}

const two = 'consumers:\n  - custom_id: a\n  - { custom_id: b, username: bee }\n';

describe('import', () => {
  it('says what it would do, does it, and does nothing the second time', async () => {
    const dry = await importText(two, 'two.yaml', '--dry-run');
    expect(dry).toMatchObject({ code: 0, result: { created: 2, updated: 0, failed: 0 } });
    expect(await keys()).toEqual([]);

    const done = await importText(two, 'two.yaml');
    expect(done).toMatchObject({ code: 0, err: '', result: { created: 2, failed: 0 } });
    expect(await keys()).toEqual(
      expect.arrayContaining(['consumer:custom_id:a', 'consumer:username:bee', 'consumers']),
    );

    const again = await importText(two, 'two.yaml');
    expect(again).toMatchObject({ code: 0, result: { created: 0, updated: 0, unchanged: 2 } });
  });

  it('takes away what the file does not have, if it is asked to', async () => {
    await importText(two, 'two.yaml');
    const one = 'consumers:\n  - { custom_id: a, acls: [{ group: gold }] }\n';

    expect(await importText(one, 'one.yaml')).toMatchObject({
      code: 0,
      result: { updated: 1, pruned: 0 },
    });
    expect(await importText(one, 'one.yaml', '--prune', '--dry-run')).toMatchObject({
      result: { unchanged: 1, pruned: 1 },
    });
    expect(await importText(one, 'one.yaml', '--prune')).toMatchObject({
      code: 0,
      result: { unchanged: 1, pruned: 1 },
    });
    expect((await keys()).filter((key) => key.includes('bee') || key.endsWith(':b'))).toEqual([]);
  });

  it('reads JSON lines from standard input', async () => {
    const lines = Array.from({ length: 500 }, (_, at) => JSON.stringify({ custom_id: `c${at}` }));

    expect(await importText(lines.join('\n'), '-')).toMatchObject({
      code: 0,
      result: { created: 500, failed: 0 },
    });
  });

  it('reads several YAML documents', async () => {
    const text = `${two}---\nconsumers:\n  - custom_id: c\n`;

    expect(await importText(text, 'many.yaml')).toMatchObject({ code: 0, result: { created: 3 } });
  });

  it('writes the good ones, names the bad ones at their place, prunes nothing, ends with 1', async () => {
    await importText(two, 'two.yaml');
    const text = 'consumers:\n  - custom_id: c\n  - username: 5\n  - custom_id: c\n';

    const { code, err, result } = await importText(text, 'bad.yaml', '--prune');

    expect({ code, result }).toMatchObject({
      code: 1,
      result: { created: 1, failed: 2, pruned: 0, not_pruned: expect.any(String) },
    });
    expect(err).toMatch(/bad\.yaml:3:\d+: .*username/);
    expect(err).toMatch(/bad\.yaml:4:\d+: /);
    expect(await keys()).toContain('consumer:custom_id:a');
  });

  it.each([
    ['an empty file', '', 'not_pruned'],
    ['a file without Consumers', 'services: []\n', 'not_pruned'],
  ])('%s takes nobody away', async (_name, text, told) => {
    await importText(two, 'two.yaml');

    const { code, result } = await importText(text, 'empty.yaml', '--prune');

    expect(code).toBe(1);
    expect(result[told]).toEqual(expect.any(String));
    expect(await keys()).toContain('consumer:custom_id:a');
  });

  it('of a file that is not there ends with 1 and says so', async () => {
    const args = ['import', join(folder, 'none.yaml'), '--config', join(folder, 'postern.yaml')];

    const { code, out, err } = await runCommand(args);

    expect(code).toBe(1);
    expect(out + err).toMatch(/stopped: the file cannot be read \(ENOENT\)/);
  });
});
