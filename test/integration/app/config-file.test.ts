import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ConfigFile } from '../../../src/app/config-file.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-config-'));
  path = join(folder, 'postern.yaml');
});

afterEach(() => rm(folder, { recursive: true }));

/** Writes the file anew in each pause, as long as there are contents left. */
function writer(contents: readonly string[]): () => Promise<void> {
  const left = [...contents];
  return async () => {
    const next = left.shift();
    if (next !== undefined) await writeFile(path, next);
  };
}

function configure(serviceName: string): string {
  return JSON.stringify({
    store: { file: { path: 'consumers.yaml' } },
    identity_providers: [{ name: 'idp', issuer: 'http://127.0.0.1:1' }],
    services: [{ name: serviceName, identity_providers: ['idp'] }],
  });
}

async function loadServiceName(file: ConfigFile): Promise<string | undefined> {
  const loaded = await file.loadSettled();
  return loaded.ok ? loaded.value.config.services[0]?.name : undefined;
}

describe('a file that is being written', () => {
  it('is read again until it rests', async () => {
    await writeFile(path, configure('first'));
    const file = new ConfigFile(path, {}, writer(['{"half":', configure('last')]));

    expect(await loadServiceName(file)).toBe('last');
  });

  it('is taken as it is when it never rests', async () => {
    await writeFile(path, configure('v0'));
    const versions = ['v1', 'v2', 'v3', 'v4', 'v5', 'v6'].map(configure);
    const file = new ConfigFile(path, {}, writer(versions));

    expect(await loadServiceName(file)).toBe('v4');
  });
});
