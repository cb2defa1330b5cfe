import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ProviderOptions } from '../../../../src/oauth/provider-options.ts';
import { FakeProvider } from '../../../support/fake-provider.ts';
import { optionsOf } from '../setup.ts';
import { grantRigOf, outcomeOf, type GrantRig } from './setup.ts';

let idp: FakeProvider;
const rigs: GrantRig[] = [];

beforeEach(async () => {
  idp = await FakeProvider.start();
});

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
  await idp.close();
});

function rigWith(more: Partial<ProviderOptions> = {}): GrantRig {
  const rig = grantRigOf(optionsOf(idp.issuer, more));
  rigs.push(rig);
  return rig;
}

describe('guessing of secrets', () => {
  it('does not open the circuit, though the provider stumbles over it', async () => {
    idp.token.clients.set('app-1', 'right');
    const rig = rigWith();
    const source = '203.0.113.1';
    for (let guess = 0; guess < 5; guess++) await rig.obtain('app-1', `a${guess}`, { source });
    idp.fail({ kind: 'status', status: 429 }, 'token');
    for (let guess = 0; guess < 20; guess++) await rig.obtain('app-1', `b${guess}`, { source });
    idp.recover();

    expect(rig.events.filter((event) => 'state' in event)).toEqual([]);
    expect(await outcomeOf(rig.obtain('app-1', 'right'))).toBe('client_credentials miss');
  });

  it('does not take the place of others', async () => {
    idp.token.clients.set('app-1', 'right');
    const rig = rigWith({ maxConcurrentCalls: 4 });
    await rig.obtain('app-1', 'guess', { source: '203.0.113.1' });
    idp.fail({ kind: 'hang' }, 'token');
    const guesses = Array.from({ length: 30 }, (_, index) =>
      outcomeOf(rig.obtain('app-1', `guess-${index}`, { source: '203.0.113.1' })),
    );
    await idp.received('token', 3);
    idp.faults.clear();

    expect(await outcomeOf(rig.obtain('app-1', 'right'))).toBe('client_credentials miss');
    idp.release();
    await Promise.all(guesses);
  });
});

describe('an outage that all see', () => {
  it('opens the circuit', async () => {
    const rig = rigWith();
    await rig.provider.start();
    for (let app = 0; app < 5; app++) {
      await rig.obtain(`app-${app}`, 'x', { source: `192.0.2.${app}` });
    }
    idp.fail({ kind: 'status', status: 503 });
    for (let app = 0; app < 20; app++) {
      await rig.obtain(`late-${app}`, 'x', { source: `192.0.2.${app % 5}` });
    }

    expect(rig.events).toContainEqual({ provider: 'idp', state: 'open' });
    expect(rig.provider.status()).toMatchObject({ status: 'degraded' });
  });
});
