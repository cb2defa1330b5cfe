import { describe, expect, it } from '@jest/globals';
import type { SessionPolicy } from '../../../src/authz/policy.ts';
import { compilePolicies } from '../../../src/config/compile-policies.ts';
import { loadGood, write } from '../config/load.ts';
import { never, openingOf, policyOf, startWorld, tokenOf } from './harness.ts';

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

describe('a token whose session is over after a reload', () => {
  const renamed = policyOf({ cookieName: '__Host-other' });
  const moreClaims = policyOf({ claimNames: ['cid', 'scp', 'email'] });

  it.each<[string, SessionPolicy, Parameters<typeof tokenOf>[0]]>([
    ['since rules look at other claims', moreClaims, {}],
    ['since the cookie has another name', renamed, {}],
    ['since another provider vouches for it', policyOf(), { provider: 'entra' }],
    ['since its issuer is another', policyOf(), { issuer: 'https://other.example.com' }],
    ['since it is introspected by now', policyOf(), { method: 'introspection' }],
  ])('gets another one, and no more: %s', async (_, policy, changes) => {
    const world = startWorld();
    const again = openingOf({ token: tokenOf(changes) });
    await world.open();

    expect(await world.sessions.open(again, policy, never)).not.toBeNull();
    expect(await world.sessions.open(openingOf(again), policy, never)).toBeNull();
  });

  it('gets none where the reload changed nothing of its session', async () => {
    const world = startWorld();
    await world.open();

    expect(await world.sessions.open(openingOf({}), policyOf(), never)).toBeNull();
  });

  it('gets another one when the rules are as before', async () => {
    const world = startWorld();
    await world.open();
    await world.open(openingOf(), moreClaims);

    expect(await world.sessions.open(openingOf(), policyOf(), never)).not.toBeNull();
  });
});
