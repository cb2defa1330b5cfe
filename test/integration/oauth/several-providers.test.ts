import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeProvider } from '../../support/fake-provider.ts';
import { optionsOf, outcomeOf, rigOf, type Rig } from './setup.ts';

let first: FakeProvider;
let second: FakeProvider;
let rig: Rig;

beforeEach(async () => {
  [first, second] = [await FakeProvider.start(), await FakeProvider.start()];
  rig = rigOf(
    optionsOf(first.issuer, { name: 'first' }),
    optionsOf(second.issuer, { name: 'second' }),
  );
});

afterEach(async () => {
  await rig.close();
  await Promise.all([first.close(), second.close()]);
});

const inOrder = { plan: { introspectInOrder: true } };
const outage = { kind: 'status', status: 500 } as const;

function letBothKnow(token: string): void {
  for (const idp of [first, second]) idp.introspections.set(token, { active: true });
}

describe('a JWT where a Service has several providers', () => {
  it.each(['first', 'second'] as const)('goes to the %s, whose issuer it names', async (name) => {
    const idp = name === 'first' ? first : second;
    const other = name === 'first' ? second : first;

    const verdict = await rig.verify(await idp.sign());

    expect(verdict).toMatchObject({ ok: true, value: { token: { provider: name } } });
    expect(other.requests).toHaveLength(0);
  });

  it('is never shown to another provider, be it introspected', async () => {
    const token = await first.sign();
    letBothKnow(token);

    await rig.verify(token, { plan: { verifyJwt: false, introspectInOrder: true } });

    expect(second.requests).toHaveLength(0);
    expect(first.calls('introspection')).toBe(1);
  });

  it('of a provider that the Service does not name is shown to nobody', async () => {
    const token = await second.sign();

    const outcome = await outcomeOf(rig.verify(token, { plan: { providers: ['first'] } }));

    expect(outcome).toBe('token_issuer_mismatch');
    expect([...first.requests, ...second.requests]).toHaveLength(0);
  });

  it('signed by one in the name of the other is refused', async () => {
    const token = await first.sign(first.claims({ iss: second.issuer }));

    expect(await outcomeOf(rig.verify(token))).toBe('token_signature_invalid');
  });
});

describe('an opaque token where a Service has several introspecting providers', () => {
  it('is shown to none of them unless the operator set an order', async () => {
    expect(await outcomeOf(rig.verify('opaque'))).toBe('internal');
    expect([...first.requests, ...second.requests]).toHaveLength(0);
  });

  it('belongs to the first that calls it active', async () => {
    letBothKnow('shared');

    const verdict = await rig.verify('shared', inOrder);

    expect(verdict).toMatchObject({ ok: true, value: { token: { provider: 'first' } } });
    expect(second.requests).toHaveLength(0);
  });

  it('that only the second knows is found, and then in the caches at once', async () => {
    const token = second.issueOpaque();

    expect(await rig.verify(token, inOrder)).toMatchObject({
      value: { token: { provider: 'second' } },
    });
    const again = rig.verify(token, inOrder);
    expect(again).not.toBeInstanceOf(Promise);
    expect(await outcomeOf(again)).toBe('introspection hit');
  });

  it('that all call inactive is inactive', async () => {
    expect(await outcomeOf(rig.verify('nobody', inOrder))).toBe('token_inactive');
    expect([first.calls('introspection'), second.calls('introspection')]).toEqual([1, 1]);
  });

  it.each(['first', 'second'] as const)(
    'that one calls inactive while the %s cannot be asked is unavailable',
    async (name) => {
      (name === 'first' ? first : second).fail(outage, 'introspection');

      expect(await outcomeOf(rig.verify('nobody', inOrder))).toBe('idp_unavailable');
    },
  );

  it('that the second calls active is allowed while the first cannot be asked', async () => {
    first.fail(outage, 'introspection');

    expect(await outcomeOf(rig.verify(second.issueOpaque(), inOrder))).toBe('introspection miss');
  });

  it('that one calls active but expired is expired, and not shown on', async () => {
    const token = first.issueOpaque({ exp: 1 });

    expect(await outcomeOf(rig.verify(token, inOrder))).toBe('token_expired');
    expect(second.requests).toHaveLength(0);
  });

  it('goes to the only one that can introspect without an order', async () => {
    const both = rigOf(
      optionsOf(first.issuer, { name: 'first', client: null }),
      optionsOf(second.issuer, { name: 'second' }),
    );

    expect(await outcomeOf(both.verify(second.issueOpaque()))).toBe('introspection miss');
    expect(first.requests).toHaveLength(0);
    await both.close();
  });

  it('is never shown to one that by the configuration cannot introspect, known or not', async () => {
    const both = rigOf(
      optionsOf(first.issuer, { name: 'first', introspects: false }),
      optionsOf(second.issuer, { name: 'second' }),
    );

    expect(await outcomeOf(both.verify(second.issueOpaque()))).toBe('introspection miss');
    await both.provider.start();
    expect(await outcomeOf(both.verify('nobody', inOrder))).toBe('token_inactive');
    expect(first.calls('introspection')).toBe(0);
    await both.close();
  });

  it('is internal trouble where the plan names a provider that is not there', async () => {
    expect(await outcomeOf(rig.verify('opaque', { plan: { providers: ['gone'] } }))).toBe(
      'internal',
    );
  });
});
