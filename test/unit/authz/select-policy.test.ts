import { describe, expect, it } from '@jest/globals';
import { normalizeHost, selectPolicy } from '../../../src/authz/select-policy.ts';
import { policyOf, requestOf } from '../../support/builders.ts';

function service(name: string) {
  return { service: policyOf({ service: name }), routes: new Map() };
}

const byHost = {
  exact: new Map([['orders.example.com', service('orders')]]),
  wildcard: new Map([
    ['example.com', service('wide')],
    ['eu.example.com', service('europe')],
  ]),
};
const services = new Map([['orders', service('orders')]]);

function select(extensions: Record<string, string>, host: string, hosts = true): string {
  const request = requestOf({ contextExtensions: new Map(Object.entries(extensions)), host });
  const policy = selectPolicy(request, { services, byHost: hosts ? byHost : null });
  return policy.ok ? policy.value.service : policy.stop.reason;
}

describe('a policy by host', () => {
  it.each([
    ['orders.example.com', 'orders'],
    ['ORDERS.example.com:8443', 'orders'],
    ['a.example.com', 'wide'],
    ['a.b.example.com', 'wide'],
    ['x.eu.example.com', 'europe'],
    ['example.com', 'policy_unknown'],
    ['evilexample.com', 'policy_unknown'],
    ['.example.com', 'policy_unknown'],
    ['', 'policy_unknown'],
  ])('%s → %s', (host, expected) => {
    expect(select({}, host)).toBe(expected);
  });

  it('is off unless it is switched on', () => {
    expect(select({}, 'orders.example.com', false)).toBe('policy_unknown');
  });

  it('never rescues a name that is not configured', () => {
    expect(select({ service: 'none' }, 'orders.example.com')).toBe('policy_unknown');
    expect(select({ route: 'r' }, 'orders.example.com')).toBe('policy_unknown');
  });

  it('normalises hosts as Envoy compares them', () => {
    expect(normalizeHost('[::1]:8080')).toBe('[::1]');
    expect(normalizeHost('Example.COM')).toBe('example.com');
  });
});
