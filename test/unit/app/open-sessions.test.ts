import { describe, expect, it } from '@jest/globals';
import { openSessions } from '../../../src/app/open-sessions.ts';
import { createProcessKeys } from '../../../src/app/process-keys.ts';
import { Secret } from '../../../src/lib/secret.ts';
import {
  createMemoryStore,
  never,
  newKey,
  oldKey,
  openingOf,
  policyOf,
  start,
  valueOf,
} from '../session/harness.ts';

const tools = { clock: { now: () => start }, processKeys: createProcessKeys(), telemetry: {} };
const inRedis = policyOf({ service: 'billing', storage: 'redis' });

function configOf(...keys: readonly Secret[]) {
  return { session: { keys, cookieSecure: true } };
}

function storeOf() {
  return { shared: { sessions: createMemoryStore() } };
}

describe('sessions of a process', () => {
  it('are kept where each Service has them', async () => {
    const store = storeOf();
    const { sessions } = openSessions(configOf(newKey), undefined, store, tools);
    const sealed = valueOf(await sessions.open(openingOf(), policyOf(), never));
    const before = store.shared.sessions.texts.size;
    const stored = valueOf(await sessions.open(openingOf(), inRedis, never));

    expect([before, store.shared.sessions.texts.size]).toEqual([0, 1]);
    expect(sealed.length).toBeGreaterThan(stored.length);
    expect(await sessions.resume(sealed, policyOf(), never)).toHaveProperty('ok', true);
    expect(await sessions.resume(stored, inRedis, never)).toHaveProperty('ok', true);
    await sessions.end([stored], inRedis, never);
    expect(store.shared.sessions.texts.size).toBe(0);
  });

  it('have no place in a store that is not there', () => {
    const { sessions } = openSessions(configOf(newKey), undefined, { shared: null }, tools);

    expect(() => sessions.resume('x', inRedis, never)).toThrow(TypeError);
  });

  it('are the same over a reload that changes neither keys nor store', () => {
    const store = storeOf();
    const before = openSessions(configOf(newKey), undefined, store, tools);

    expect(openSessions(configOf(new Secret(newKey.reveal())), before, store, tools)).toBe(before);
  });

  it.each([
    ['the store', configOf(newKey), storeOf(), { sealed: true, stored: false }],
    ['a store that is gone', configOf(newKey), { shared: null }, { sealed: true, stored: false }],
    ['the keys', configOf(newKey, oldKey), null, { sealed: false, stored: true }],
  ])('remember what does not hang on what a reload changes: %s', (_, config, other, same) => {
    const store = storeOf();
    const before = openSessions(configOf(newKey), undefined, store, tools);
    const after = openSessions(config, before, other ?? store, tools);

    expect({
      sealed: after.sealed === before.sealed,
      stored: after.stored === before.stored,
    }).toEqual(same);
  });

  it('outlive a reload where no key is configured', async () => {
    const { sessions } = openSessions({ session: null }, undefined, storeOf(), tools);
    const cookie = valueOf(await sessions.open(openingOf(), policyOf(), never));
    const after = openSessions(configOf(), undefined, storeOf(), tools);

    expect(await after.sessions.resume(cookie, policyOf(), never)).toHaveProperty('ok', true);
  });
});
