import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { withinTime } from '../../../../src/store/redis/within-time.ts';

describe('withinTime', () => {
  it('gives the reply that comes in time', async () => {
    await expect(withinTime(Promise.resolve('PONG'), 1000)).resolves.toBe('PONG');
  });

  it('passes a refusal on', async () => {
    await expect(withinTime(Promise.reject(new Error('NOAUTH')), 1000)).rejects.toThrow('NOAUTH');
  });

  it('gives up on a reply that never comes', async () => {
    const silence = new Promise(() => undefined);

    await expect(withinTime(silence, 1)).rejects.toThrow('Command timed out');
  });

  it('reads what has come while the process stood still', async () => {
    const server = createServer((socket) => socket.end('PONG'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
    const [peer] = (await once(server, 'connection')) as [Socket];
    // From here on the bytes lie in the socket.
    if (!peer.writableFinished) await once(peer, 'finish');
    const reply = once(socket, 'data').then(([data]) => String(data));

    socket.resume();
    const waiting = withinTime(reply, 1);
    const goesOnAt = performance.now() + 20;
    while (performance.now() < goesOnAt);

    const outcome = await waiting.catch(() => 'timed out');
    socket.destroy();
    server.close();

    expect(outcome).toBe('PONG');
  });
});
