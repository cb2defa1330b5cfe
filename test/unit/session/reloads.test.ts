import { describe, expect, it } from '@jest/globals';
import type { SessionPolicy } from '../../../src/authz/policy.ts';
import { compilePolicies } from '../../../src/config/compile-policies.ts';
import { loadGood, write } from '../config/load.ts';
import { openingOf, startWorld, tokenOf } from './harness.ts';

const opener = 'session: { opened_by: [bearer, password] }';

/** The sessions of a Service whose configuration has these keys. */
function compile(service: string): SessionPolicy {
  const provider = 'client: { id: a, secret: b }';
  const { config } = loadGood(write({ top: opener, provider, service }));
  return compilePolicies(config).services.get('orders')!.service.session!;
}

describe('a session over a reload', () => {
  it.each([
    ['bearer', '[bearer, password, session]', '[password, session]'],
    ['password', '[bearer, password, session]', '[bearer, session]'],
  ] as const)('is over once %s is off, which opened it', async (method, before, after) => {
    const world = startWorld();
    const token = tokenOf({ provider: 'main', issuer: 'https://idp.example', method });
    const cookie = await world.open(openingOf({ token }), compile(`auth_methods: ${before}`));

    expect(await world.resume(cookie, compile(`auth_methods: ${before}`))).toMatchObject({
      openedBy: method,
    });
    expect(await world.resume(cookie, compile(`auth_methods: ${after}`))).toBe(
      'session_invalid: opened by a method that opens none any more',
    );
  });
});
