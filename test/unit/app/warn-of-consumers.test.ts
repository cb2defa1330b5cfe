import { describe, expect, it } from '@jest/globals';
import { warnOfConsumers } from '../../../src/app/warn-of-consumers.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { consumerOf } from '../../support/builders.ts';

function configOf(providersOfOrders: readonly string[]) {
  const text = JSON.stringify({
    store: { file: { path: 'consumers.yaml' } },
    identity_providers: ['okta', 'entra'].map((name) => ({
      name,
      issuer: `https://${name}.example.com`,
    })),
    services: [{ name: 'orders', identity_providers: providersOfOrders, auth_methods: ['bearer'] }],
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

  it('names that lead nowhere', () => {
    const records = [
      consumerOf({ registrations: registrations('ordres'), identityProvider: 'otka' }),
      consumerOf({ registrations: registrations('ordres') }),
    ];

    expect(warnOfConsumers(records, configOf(['okta']))).toEqual([
      'registrations name the unknown Service `ordres`',
      'Consumers name the unknown identity provider `otka`',
    ]);
  });

  it('Consumers that tokens of several providers can reach, the first ten by name', () => {
    const records = Array.from({ length: 12 }, (_, at) => consumerOf({ username: `app-${at}` }));
    const [warning] = warnOfConsumers(records, configOf(['okta', 'entra']));

    expect(warning).toContain('any identity provider of orders can vouch');
    expect(warning).toMatch(/app-0, .*app-9 and 2 more$/);
  });

  it('more Consumers than a file is meant for', () => {
    function* many() {
      for (let at = 0; at < 10_001; at += 1) yield consumerOf();
    }

    expect(warnOfConsumers(many(), configOf(['okta']))).toEqual([
      'a file is meant for up to 10000 Consumers; store.redis is for more',
    ]);
  });
});
