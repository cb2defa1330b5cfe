import { describe, expect, it } from '@jest/globals';
import { warnOfConsumers } from '../../../src/app/warn-of-consumers.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { consumerOf } from '../../support/builders.ts';

function configOf(providersOfOrders: readonly string[], more: object = {}) {
  const text = JSON.stringify({
    store: { file: { path: 'consumers.yaml' } },
    identity_providers: ['okta', 'entra'].map((name) => ({
      name,
      issuer: `https://${name}.example.com`,
    })),
    services: [
      {
        name: 'orders',
        identity_providers: providersOfOrders,
        auth_methods: ['bearer'],
        ...more,
      },
    ],
  });
  const loaded = loadConfig({ text, file: 'postern.yaml', env: {}, readFile: () => '' });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.stop));
  return loaded.value.config;
}

const registrations = (service: string) =>
  new Map([[service, { status: 'approved' as const, suspended: false }]]);

describe('warns of', () => {
  it('nothing where names fit and one provider vouches', () => {
    const records = [consumerOf({ registrations: registrations('orders') })];

    expect(warnOfConsumers(records, configOf(['okta']))).toEqual([]);
  });

  it('names that lead nowhere, at the first Consumer that has them', () => {
    const records = [
      consumerOf(),
      consumerOf({ registrations: registrations('ordres'), identityProvider: 'otka' }),
      consumerOf({ registrations: registrations('ordres') }),
    ];

    expect(warnOfConsumers(records, configOf(['okta']))).toEqual([
      { message: 'registrations name the unknown Service `ordres`', at: 1 },
      { message: 'Consumers name the unknown identity provider `otka`', at: 1 },
    ]);
  });

  it('Consumers that tokens of several providers can reach, the first ten by name', () => {
    const unbound = Array.from({ length: 12 }, (_, at) => consumerOf({ username: `app-${at}` }));
    const records = [consumerOf({ identityProvider: 'okta' }), ...unbound];
    const [warning] = warnOfConsumers(records, configOf(['okta', 'entra']));

    expect(warning?.at).toBe(1);
    expect(warning?.message).toContain('any identity provider of orders can vouch');
    expect(warning?.message).toMatch(/app-0, .*app-9 and 2 more$/);
  });

  it('more Consumers than a file is meant for', () => {
    function* many() {
      for (let at = 0; at < 10_001; at += 1) yield consumerOf();
    }

    expect(warnOfConsumers(many(), configOf(['okta']))).toEqual([
      { message: 'a file is meant for up to 10000 Consumers; store.redis is for more', at: null },
    ]);
  });

  it.each([
    ['nobody', {}, [{ message: 'there are no Consumers', at: null }]],
    ['nobody, where nobody need be one', { consumer_optional: true }, []],
  ])('%s', (_name, service, warnings) => {
    expect(warnOfConsumers([], configOf(['okta'], service))).toEqual(warnings);
  });

  it('an anonymous Consumer that is not there', () => {
    const config = configOf(['okta'], { anonymous: 'guest' });
    const message = 'no Consumer has the username `guest`, which is `anonymous` of orders';

    expect(warnOfConsumers([consumerOf({ customId: 'guest' })], config)).toEqual([
      { message, at: null },
    ]);
    expect(warnOfConsumers([consumerOf({ username: 'guest' })], config)).toEqual([]);
  });
});
