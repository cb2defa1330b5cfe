import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { startPostern, type RunningPostern } from '../../support/postern.ts';

jest.setTimeout(30_000);

const nobody = 'redis://127.0.0.1:1/0';
const provider = { name: 'idp', issuer: 'http://127.0.0.1:1' };
const service = { name: 'orders', identity_providers: ['idp'] };

function configure(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    drain_delay: '700ms',
    store: { file: { path: 'consumers.yaml' } },
    identity_providers: [provider],
    services: [service],
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
});
