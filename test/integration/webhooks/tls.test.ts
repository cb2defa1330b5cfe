import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSender, type SendResult } from '../../../src/webhooks/sender.ts';
import { createTestAuthority, type TestAuthority } from '../../support/certificates.ts';
import { endpointOf } from './harness.ts';

let authority: TestAuthority;
let server: ReturnType<typeof createServer>;
let url: string;

beforeAll(async () => {
  authority = await createTestAuthority();
  const { certFile, keyFile } = await authority.issue('receiver');
  const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
  server = createServer({ cert, key }, (_request, response) => response.writeHead(204).end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await authority.remove();
});

async function sendWith(ca: string | null): Promise<SendResult> {
  const sender = createSender(endpointOf(url, { ca }));
  const result = await sender.send({ headers: {}, body: '{}' });
  await sender.close();
  return result;
}

describe('a receiver with TLS', () => {
  it('is told of nothing where nobody vouches for its certificate', async () => {
    expect(await sendWith(null)).toMatchObject({
      kind: 'fault',
      problem: expect.stringContaining('no connection ('),
    });
  });

  it('is believed where ca_file vouches for it', async () => {
    const ca = await readFile(authority.caFile, 'utf8');

    expect(await sendWith(ca)).toMatchObject({ kind: 'answer', status: 204 });
  });

  it('is not waited for where nobody listens', async () => {
    const sender = createSender(endpointOf('http://127.0.0.1:1/'));

    expect(await sender.send({ headers: {}, body: '' })).toEqual({
      kind: 'fault',
      problem: 'no connection (ECONNREFUSED)',
    });
    await sender.close();
  });
});
