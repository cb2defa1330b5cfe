import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { RedisClient } from '../../../../src/store/redis/client.ts';
import { keepConnected } from '../../../../src/store/redis/keep-connected.ts';

/** As much of a client as is needed to begin, to give up and to end. */
class Giving extends EventEmitter {
  status = 'wait';
  disconnected = 0;
  readonly #attempts = new EventEmitter();

  connect(): Promise<void> {
    this.status = 'connecting';
    this.#attempts.emit('attempt');
    return Promise.reject(new Error('nobody there'));
  }

  disconnect(): void {
    this.disconnected += 1;
  }

  attempt(): Promise<void> {
    return new Promise((resolve) => {
      this.#attempts.once('attempt', () => {
        resolve();
      });
    });
  }

  giveUp(): void {
    this.status = 'end';
    this.emit('end');
  }

  get client(): RedisClient {
    return this as unknown as RedisClient;
  }
}

describe('a client that is kept connected', () => {
  it('begins anew each time that it has given up', async () => {
    const giving = new Giving();
    const first = giving.attempt();
    const stop = keepConnected(giving.client);
    await first;
    for (let count = 0; count < 2; count += 1) {
      const next = giving.attempt();
      giving.giveUp();
      await next;
    }

    expect(giving.status).toBe('connecting');
    stop();
  });

  it('is left alone once it is no longer wanted', async () => {
    const giving = new Giving();
    const stop = keepConnected(giving.client);
    giving.giveUp();
    stop();
    giving.giveUp();
    await new Promise(setImmediate);

    expect([giving.status, giving.disconnected]).toEqual(['end', 1]);
  });
});
