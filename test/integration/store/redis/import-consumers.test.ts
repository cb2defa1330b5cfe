import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  importConsumers,
  type ImportOptions,
  type ImportResult,
} from '../../../../src/store/import-consumers.ts';
import { createRedisKeys, type RedisKeys } from '../../../../src/store/redis/keys.ts';
import { startOwnRedis, startRedis, type TestRedis } from '../../../support/redis.ts';

let redis: TestRedis;
let keyPrefix: string;
let keys: RedisKeys;
let runs = 0;

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(async () => {
  await redis.stop();
});

beforeEach(() => {
  keyPrefix = `${redis.keyPrefix}}:{${String((runs += 1))}`;
  keys = createRedisKeys(keyPrefix);
});

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function load(text: string, options: Partial<ImportOptions> = {}): Promise<ImportResult> {
  const { connection } = redis;
  return importConsumers({ source: bytesOf(text), file: 'f', connection, keyPrefix, ...options });
}

/** Everything under the prefix but the audit trail, as it is. */
async function dump(): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for await (const names of redis.client.scanStream({ match: `${keys.members.slice(0, -10)}*` })) {
    for (const name of names as string[]) {
      if (name !== keys.audit) found[name] = await read(name);
    }
  }
  return found;
}

async function read(name: string): Promise<unknown> {
  if (name === keys.members) return (await redis.client.smembers(name)).sort();
  const listed = (await redis.client.type(name)) === 'zset';
  return listed ? redis.client.zrange(name, '0', '-1') : redis.client.get(name);
}

/** Without what tells when and how often something was written. */
async function dumpTimeless(): Promise<Record<string, unknown>> {
  const found = Object.entries(await dump()).filter(([name]) => !name.includes(':details:'));
  return Object.fromEntries(found);
}

const yaml = `
_format_version: "3.0"
services:
  - name: orders
consumers:
  - username: billing-app
    custom_id: c1
    acls: [{ group: gold }]
  - username: guest
`;
const documents = `---
username: billing-app
custom_id: c1
acls:
  - group: gold
---
username: guest
`;
const jsonLines = `{"username":"billing-app","custom_id":"c1","acls":[{"group":"gold"}]}
{"username":"guest"}
`;

describe('an import', () => {
  it.each([
    ['one YAML document', yaml],
    ['several YAML documents', documents],
    ['JSON lines', jsonLines],
  ])('reads %s', async (_, text) => {
    expect(await load(text)).toMatchObject({ created: 2, failedCount: 0, stopped: null });
    expect(await redis.client.smembers(keys.members)).toEqual(
      expect.arrayContaining(['custom_id:c1', 'username:guest']),
    );
    expect(await redis.client.get(keys.consumer('username', 'billing-app'))).toBe('"custom_id:c1"');
    const record: unknown = JSON.parse((await redis.client.get(keys.consumer('custom_id', 'c1')))!);
    expect(record).toMatchObject({ v: 1, username: 'billing-app', acls: [{ group: 'gold' }] });
  });

  it('names the sections that it does not read', async () => {
    expect(await load(yaml)).toMatchObject({ ignored: ['services'] });
  });

  it('changes nothing the second time', async () => {
    await load(yaml);
    const before = await dump();
    expect(await load(jsonLines, { prune: true })).toMatchObject({ unchanged: 2, pruned: 0 });
    expect(await dump()).toEqual(before);
  });

  it('leaves no trace of a former custom_id or username', async () => {
    await load(jsonLines);
    const before = await dumpTimeless();
    const renamed = '{"username":"billing-app","custom_id":"c2"}\n{"username":"guest"}\n';
    expect(await load(renamed)).toMatchObject({ updated: 1, unchanged: 1 });
    expect(Object.keys(await dump()).filter((key) => key.includes(':c1'))).toEqual([]);
    expect(await load(jsonLines)).toMatchObject({ updated: 1, unchanged: 1 });
    expect(await dumpTimeless()).toEqual(before);
  });

  it('takes whole Consumers or none, and names the lines of the others', async () => {
    const result = await load(
      [
        '{"custom_id":"a"}',
        '{"custom_id":"b","acls":[{"group":1}]}',
        '{"custom_id":"a","username":"x"}',
        'nonsense',
        '{"custom_id":"d"}',
      ].join('\n'),
    );
    expect(result).toMatchObject({ created: 2, failedCount: 3, stopped: null });
    expect(result.failed.map(({ line }) => line).sort()).toEqual([2, 3, 4]);
    expect(result.failed.find(({ line }) => line === 2)).toMatchObject({
      column: 35,
      path: 'acls[0].group',
    });
    expect(await redis.client.smembers(keys.members)).toHaveLength(2);
  });

  it('refuses a username that another Consumer has', async () => {
    await load('{"custom_id":"a","username":"x"}\n{"custom_id":"b","username":"y"}');
    const before = await dump();
    const result = await load('{"custom_id":"a","username":"y"}');
    expect(result.failed).toMatchObject([{ line: 1, path: 'username' }]);
    expect(await dump()).toEqual(before);
  });

  it('removes with prune what the file does not have', async () => {
    await load('{"custom_id":"a","username":"x"}\n{"custom_id":"b"}\n{"username":"c"}');
    expect(await load('{"custom_id":"b"}', { prune: true })).toMatchObject({
      unchanged: 1,
      pruned: 2,
      notPruned: null,
    });
    expect(await redis.client.smembers(keys.members)).toEqual(['custom_id:b']);
    expect(Object.keys(await dump())).toHaveLength(5);
  });

  it.each([
    ['the file has problems', '{"custom_id":"b"}\n{"custom_id":7}'],
    ['the file has no Consumers', ''],
  ])('prunes nothing when %s', async (notPruned, text) => {
    await load('{"custom_id":"a"}');
    expect(await load(text, { prune: true })).toMatchObject({ pruned: 0, notPruned });
    expect(await redis.client.smembers(keys.members)).toContain('custom_id:a');
  });

  it('says in a dry run what a real one then does, and writes nothing', async () => {
    await load('{"custom_id":"a","username":"x"}\n{"custom_id":"b"}\n{"custom_id":"c"}');
    const next = '{"custom_id":"a2","username":"x"}\n{"custom_id":"b"}\n{"custom_id":"d"}';
    const before = await dump();
    const counts = { created: 1, updated: 1, unchanged: 1, pruned: 1 };
    expect(await load(next, { prune: true, dryRun: true })).toMatchObject(counts);
    expect(await dump()).toEqual(before);
    expect(await load(next, { prune: true })).toMatchObject(counts);
  });

  it('holds the Consumers under way, not the file', async () => {
    const total = 4000;
    let read = 0;
    let furthestAhead = 0;
    let done = 0;
    async function* source() {
      for (; read < total; read += 1) {
        furthestAhead = Math.max(furthestAhead, read - done);
        yield Buffer.from(`{"custom_id":"app-${String(read)}"}\n`);
      }
    }
    const result = await load('', {
      source: source(),
      onProgress: ({ consumers }) => {
        done = consumers;
      },
    });
    expect(result.created).toBe(total);
    expect(furthestAhead).toBeLessThan(1100);
  });

  it('says that it stopped when the file or Redis fails', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"custom_id":"a"}\n');
      throw Object.assign(new Error('no'), { code: 'EIO' });
    }
    expect(await load('', { source: broken(), prune: true })).toMatchObject({
      stopped: 'the file cannot be read (EIO)',
      pruned: 0,
    });
    const topology = { kind: 'single' as const, host: '127.0.0.1', port: 1 };
    expect(await load(jsonLines, { connection: { topology } })).toMatchObject({
      created: 0,
      stopped: expect.stringMatching(/^Redis cannot be reached/),
    });
  });

  it('ends what is under way before it says how far it came', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(
        Array.from({ length: 200 }, (_, n) => `{"custom_id":"${String(n)}"}\n`).join(''),
      );
      throw new Error('no');
    }
    const result = await load('', { source: broken() });
    expect(result).toMatchObject({ created: 200, stopped: 'the file cannot be read' });
    expect(await redis.client.smembers(keys.members)).toHaveLength(200);
    expect(Object.keys(await dump()).filter((key) => key.includes(':import:'))).toEqual([]);
  });

  it('waits for a busy server longer than a look-up would', async () => {
    const own = await startOwnRedis();
    async function* source(): AsyncGenerator<Uint8Array> {
      await own.client.call('CLIENT', 'PAUSE', '300', 'ALL');
      yield Buffer.from(jsonLines);
    }
    const connection = { ...own.connection, commandTimeoutMs: 50 };
    const result = await load('', { source: source(), connection });
    await own.stop();
    expect(result).toMatchObject({ created: 2, stopped: null });
  });

  it('ends with the signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(load(jsonLines, { signal })).rejects.toThrow('enough');
  });
});
