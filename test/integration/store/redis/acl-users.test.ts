import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '../../../../src/lib/secret.ts';
import { createSessions } from '../../../../src/session/sessions.ts';
import { startOwnRedis, type OwnRedis } from '../../../support/redis.ts';
import {
  minute,
  openingOf,
  policyOf,
  start,
  tokenOf,
  valueOf,
} from '../../../unit/session/harness.ts';
import { until } from '../until.ts';
import { never, setGroups, startStore } from './harness.ts';

const page = readFileSync(
  join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'store.md'),
  'utf8',
);
const policy = policyOf();

let redis: OwnRedis;
const cleanUps: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  redis = await startOwnRedis();
});

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
  await redis.stop();
});

/** What the page says after `ACL SETUSER postern`, with a password. */
function readRules(): string[] {
  const [, rules] = /^ACL SETUSER postern (.+)$/m.exec(page) ?? [];
  if (rules === undefined) throw new Error('docs/store.md names no user');
  return rules.replace('>…', '>right').split(' ');
}

/** The permissions that the page adds for something, such as `sessions in Redis`. */
function readMore(what: string): string[] {
  const [, permissions] = new RegExp(`\`([^\`]+)\` for\\s+${what}`).exec(page) ?? [];
  if (permissions === undefined) throw new Error(`docs/store.md adds nothing for ${what}`);
  return permissions.split(' ');
}

/** A store that is connected as a user of these permissions, and what Redis held against it. */
async function startAs(permissions: readonly string[]) {
  await redis.client.call('ACL', 'SETUSER', 'sidecar', ...permissions);
  const running = await startStore(
    { ...redis.connection, username: 'sidecar', password: new Secret('right') },
    { commandTimeoutMs: 10_000 },
  );
  cleanUps.push(() => running.store.stop());
  const refused = async () => (await redis.client.acl('LOG')) as unknown[];
  return { ...running, refused };
}

describe('a user of Redis with what the documentation names', () => {
  it('reads Consumers and hears of their changes', async () => {
    const running = await startAs(readRules());
    await setGroups(redis.client, 'gold');

    await until(async () => (await running.groups()) === 'gold');

    expect(running.store.status()).toEqual({ state: 'ok' });
    expect(await running.refused()).toEqual([]);
  });

  it('opens, resumes, renews and ends sessions', async () => {
    const rules = [...readRules(), ...readMore('sessions in Redis')];
    const { store, refused } = await startAs(rules);
    let now = start;
    const sessions = createSessions(
      { storage: 'redis', keys: [] },
      { clock: { now: () => now }, store: store.sessions },
    );
    const resume = async (cookie: string) => {
      const resumed = await sessions.resume(cookie, policy, never);
      return resumed.ok ? resumed.value : resumed.stop.reason;
    };
    const token = tokenOf({ expiresAt: start + 60 * minute });

    const cookie = valueOf(await sessions.open(openingOf({ token }), policy, never));
    const session = await resume(cookie);
    now += 10 * minute;
    if (typeof session === 'string') throw new Error(session);
    const renewed = valueOf(await sessions.renew(session, policy, never));
    expect(typeof (await resume(renewed))).toBe('object');
    await sessions.end([renewed], policy, never);

    expect(await resume(renewed)).toBe('session_invalid');
    expect(await refused()).toEqual([]);
  });

  it('takes a proof once', async () => {
    const rules = [...readRules(), ...readMore('DPoP proofs')];
    const { store, refused } = await startAs(rules);
    const use = () => store.replays.use('a-proof', 60_000, never);

    const used = [await use(), await use()].map((step) =>
      step.ok ? step.value : step.stop.reason,
    );

    expect(used).toEqual(['fresh', 'used']);
    expect(await refused()).toEqual([]);
  });

  it('keeps no session and takes no proof without the permissions for that', async () => {
    const { store, refused } = await startAs(readRules());

    const written = await store.sessions.write('an-id', '{}', 60_000);
    const used = await store.replays.use('a-proof', 60_000, never);

    expect([written, used].map(({ ok }) => ok)).toEqual([false, false]);
    expect(await refused()).not.toEqual([]);
  });
});
