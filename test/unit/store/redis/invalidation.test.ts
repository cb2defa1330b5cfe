import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { InvalidationChannel } from '../../../../src/store/redis/invalidation.ts';
import type { TrackingPair } from '../../../../src/store/redis/tracking-pair.ts';

class FakePair implements TrackingPair {
  readonly closed: { value: boolean } = { value: false };
  beat: () => Promise<void> = () => Promise.resolve();
  lose: (reason: string) => void = () => undefined;
  readonly lost = new Promise<string>((resolve) => {
    this.lose = resolve;
  });

  heartbeat(): Promise<void> {
    return this.beat();
  }

  close(): void {
    this.closed.value = true;
  }
}

let pairs: FakePair[];
let events: string[];
let openFails: boolean;
let channel: InvalidationChannel;

beforeEach(() => {
  jest.useFakeTimers();
  [pairs, events, openFails] = [[], [], false];
  channel = new InvalidationChannel({
    async open() {
      if (openFails) throw new Error('no');
      const pair = new FakePair();
      pairs.push(pair);
      return pair;
    },
    onUp: () => events.push('up'),
    onDown: (reason) => events.push(reason),
    maxStalenessMs: 4000,
    clock: { now: () => Date.now() },
  });
});

afterEach(async () => {
  await channel.stop();
  jest.useRealTimers();
});

/** Starts with the clock at 0. */
async function start(): Promise<void> {
  jest.setSystemTime(0);
  channel.start();
  await jest.advanceTimersByTimeAsync(0);
}

function late(): Promise<never> {
  return Promise.reject(new Error('Command timed out'));
}

describe('the invalidation channel', () => {
  it('counts from when it was opened, and from each heartbeat that was answered', async () => {
    expect(channel.lastHeartbeatOk).toBe(-Infinity);
    await start();
    expect([channel.up, channel.lastHeartbeatOk]).toEqual([true, 0]);
    await jest.advanceTimersByTimeAsync(3500);
    expect(channel.lastHeartbeatOk).toBe(3000);
  });

  it('opens another pair when one is lost, and closes what is left of it', async () => {
    await start();
    pairs[0]?.lose('closed');
    await jest.advanceTimersByTimeAsync(0);
    expect([channel.up, pairs[0]?.closed.value]).toEqual([false, true]);
    await jest.advanceTimersByTimeAsync(2000);
    expect(channel.up).toBe(true);
    expect(events).toEqual(['up', 'closed', 'up']);
  });

  it('goes on trying when none can be opened', async () => {
    openFails = true;
    await start();
    await jest.advanceTimersByTimeAsync(20_000);
    expect(channel.up).toBe(false);
    openFails = false;
    await jest.advanceTimersByTimeAsync(2000);
    expect(channel.up).toBe(true);
  });

  it('forgives late heartbeats, but not for longer than max_staleness', async () => {
    await start();
    pairs[0]!.beat = late;
    await jest.advanceTimersByTimeAsync(4000);
    expect([channel.up, channel.lastHeartbeatOk]).toEqual([true, 0]);
    await jest.advanceTimersByTimeAsync(1000);
    expect(events).toEqual(['up', 'Redis did not answer in time']);
  });

  it('gives a pair up at once when the server is no master any more', async () => {
    await start();
    pairs[0]!.beat = () => Promise.reject(new Error('the server is no longer the master'));
    await jest.advanceTimersByTimeAsync(1000);
    expect(pairs[0]?.closed.value).toBe(true);
  });

  it('can be told to start over', async () => {
    await start();
    channel.restart('moved');
    await jest.advanceTimersByTimeAsync(2000);
    expect(events).toEqual(['up', 'moved', 'up']);
  });

  it('is quiet once it is stopped', async () => {
    await start();
    await channel.stop();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(events).toEqual(['up']);
    expect([pairs.length, pairs[0]?.closed.value]).toEqual([1, true]);
  });
});
