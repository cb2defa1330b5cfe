import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { startPostern, type RunningPostern } from '../../support/postern.ts';

jest.setTimeout(30_000);

const nobody = 'redis://127.0.0.1:1/0';
const provider = { name: 'idp', issuer: 'http://127.0.0.1:1' };
const service = (more: object = {}) => ({ name: 'orders', identity_providers: ['idp'], ...more });

function configure(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    drain_delay: '700ms',
    store: { file: { path: 'consumers.yaml' } },
    identity_providers: [provider],
    services: [service()],
    ...more,
  };
}

let postern: RunningPostern;
let stopped: Promise<number | null> | null = null;

async function start(): Promise<void> {
  stopped = null;
  postern = await startPostern({ config: configure(), consumers: { consumers: [] } });
}

afterEach(() => stopped ?? postern.stop());

const configLoaded = ({ msg }: { readonly msg?: unknown }) => msg === 'configuration loaded';

describe('a reload', () => {
  it('under way at SIGTERM leaves nothing that keeps the process', async () => {
    await start();
    stopped = postern.stop();
    await postern.untilLine(({ msg }) => msg === 'stopping');
    await postern.writeConfig(configure({ store: { redis: { url: nobody } } }));
    postern.signal('SIGHUP');

    expect(await stopped).toBe(0);
  });

  it('to a store that is not there keeps the old one, and the process', async () => {
    await start();
    await postern.writeConfig(configure({ store: { redis: { url: nobody } } }));
    const line = await postern.untilLine(({ level }) => level === 'error');

    expect(line['problems']).toEqual(['store: could not be reached']);
    expect((await fetch(`${postern.opsUrl}/readyz`)).status).toBe(200);
  });

  it('waits for the end of a file that is being written', async () => {
    await start();
    const whole = JSON.stringify(configure({ services: [service({ acl: { allow: ['gold'] } })] }));
    const half = JSON.stringify(configure({ services: [service({ anonymous: 'x' })] }));
    const file = join(postern.folder, 'postern.yaml');
    const listen = JSON.stringify({ ops: { address: '127.0.0.1:0' } }).slice(1, -1);
    const text = (config: string) => `{"listen":{${listen}},${config.slice(1)}`;
    const writing = new AbortController();
    const keepWriting = async (): Promise<void> => {
      for (let round = 0; round < 8; round += 1) {
        await writeFile(file, text(half) + '\n'.repeat(round));
        await wait(50, undefined, { signal: writing.signal });
      }
      await writeFile(file, text(whole));
    };
    await keepWriting();
    await postern.untilLine(configLoaded);
    await wait(1200);

    // Were a half-written file taken over, there would be a line for it as well.
    expect(postern.lines.filter(configLoaded)).toHaveLength(1);
  });
});
