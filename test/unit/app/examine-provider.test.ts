import { describe, expect, it } from '@jest/globals';
import { examineProvider } from '../../../src/app/examine-provider.ts';
import type { ExaminedEndpoint } from '../../../src/oauth/examine-endpoints.ts';
import type { Provider } from '../../../src/oauth/provider.ts';

const now = Date.parse('2026-07-27T10:00:00Z');
const keys: ExaminedEndpoint = {
  name: 'jwks',
  url: 'https://idp.example/keys',
  status: 200,
  fault: null,
  date: now,
};

function providerOf(
  status: ReturnType<Provider['status']>,
  ...endpoints: readonly Partial<ExaminedEndpoint>[]
): Parameters<typeof examineProvider>[0] {
  return {
    name: 'idp',
    start: async () => undefined,
    status: () => status,
    examine: async () => endpoints.map((endpoint) => ({ ...keys, ...endpoint })),
  };
}

async function linesOf(provider: ReturnType<typeof providerOf>): Promise<string[]> {
  const found = await examineProvider(provider, { now: () => now });
  return found.map(({ state, text }) => `${state}: ${text}`);
}

describe('a provider', () => {
  it('that is well', async () => {
    expect(await linesOf(providerOf({ status: 'ready' }, {}))).toEqual([
      'ok: discovery and keys are there',
      'ok: jwks at https://idp.example/keys answers (200)',
      'ok: its clock and this one agree',
    ]);
  });

  it.each([
    [{ status: null, fault: 'connection (ECONNREFUSED)', date: null }, 'fail'],
    [{ status: 503 }, 'fail'],
    [{ status: 405 }, 'fail'],
  ])('whose endpoint does this: %j', async (endpoint, state) => {
    const [, line] = await linesOf(providerOf({ status: 'ready' }, endpoint));

    expect(line?.startsWith(`${state}: jwks at`)).toBe(true);
  });

  it.each([
    [400, 'ok'],
    [401, 'ok'],
    [200, 'ok'],
    [302, 'warn'],
    [404, 'warn'],
    [405, 'warn'],
    [503, 'warn'],
  ])(
    'whose token and introspection endpoint answer an empty form with %i',
    async (status, state) => {
      const asked = (['token', 'introspection'] as const).map((name) => ({ name, status }));
      const lines = await linesOf(providerOf({ status: 'ready' }, ...asked));

      expect(lines.slice(1, 3).map((line) => line.split(' at ')[0])).toEqual([
        `${state}: token`,
        `${state}: introspection`,
      ]);
    },
  );

  it.each([
    [3_000, 'ok: its clock and this one agree'],
    [-10_000, 'warn: its clock is 10 s behind this one'],
    [90_000, 'fail: its clock is 90 s ahead of this one'],
  ])('whose clock is off by %i ms', async (skewMs, line) => {
    const lines = await linesOf(providerOf({ status: 'ready' }, { date: now + skewMs }));

    expect(lines).toContain(line);
  });

  it('that cannot be asked', async () => {
    const lines = await linesOf(providerOf({ status: 'degraded', reason: 'discovery failed' }));

    expect(lines).toEqual(['fail: discovery failed']);
  });
});
