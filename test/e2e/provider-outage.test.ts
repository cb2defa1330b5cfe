import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FakeProvider, type Fault } from '../support/fake-provider.ts';
import { describeProvider } from '../support/world-config.ts';
import { eventually, startWorld, type Outcome, type World } from '../support/world.ts';

jest.setTimeout(30_000);

let idp: FakeProvider;
let stale: FakeProvider;
let slow: FakeProvider;
let late: FakeProvider;
let world: World;

beforeAll(async () => {
  [idp, stale, slow, late] = await Promise.all([
    FakeProvider.start(),
    FakeProvider.start(),
    FakeProvider.start(),
    FakeProvider.start(),
  ]);
  late.fail({ kind: 'status', status: 503 });
  const briefly = { max_ttl: '200ms', stale_if_error: '10m' };
  world = await startWorld({
    identityProviders: [
      describeProvider('idp', idp.issuer, { rediscovery: '100ms', jwks_refresh: '200ms' }),
      describeProvider('stale', stale.issuer, { cache: briefly }),
      describeProvider('slow', slow.issuer, { timeout: '10s' }),
      describeProvider('late', late.issuer, { rediscovery: '100ms' }),
    ],
    services: ['idp', 'stale', 'slow', 'late'].map((name) => ({
      name,
      identity_providers: [name],
    })),
    consumers: [{ custom_id: 'client-1' }],
    envoy: { timeoutMs: 1000 },
  });
});

afterAll(async () => {
  await world.stop();
  await Promise.all([idp, stale, slow, late].map((provider) => provider.close()));
});

function bring(service: string, token: string): Promise<Outcome> {
  return world.call({ path: `/${service}/`, headers: { authorization: `Bearer ${token}` } });
}

async function reasonOf(service: string, token: string): Promise<unknown> {
  return (await bring(service, token)).line['reason'];
}

async function stateOf(provider: string): Promise<string | undefined> {
  const { status, report } = await world.readiness();
  expect(status).toBe(200);
  return report.components[`identity_provider ${provider}`]?.status;
}

describe('a provider that is not there when Postern starts', () => {
  it('holds up nobody else, and is used once it is there', async () => {
    expect(await stateOf('late')).toBe('degraded');
    expect(await reasonOf('late', await late.sign())).toBe('idp_unavailable');
    expect(await reasonOf('late', late.issueOpaque())).toBe('idp_unavailable');
    expect(await reasonOf('idp', await idp.sign())).toBe('allowed');

    late.recover();

    const jwt = await late.sign();
    await eventually(
      () => reasonOf('late', jwt),
      (reason) => reason === 'allowed',
    );
    expect(await reasonOf('late', late.issueOpaque())).toBe('allowed');
  });
});

describe('a provider that answers too late', () => {
  it('costs the caller our own 503, and the answer still serves the next', async () => {
    slow.fail({ kind: 'hang' }, 'introspection');
    const token = slow.issueOpaque();

    const first = await bring('slow', token);

    expect(first.status).toBe(503);
    expect(JSON.parse(first.body)).toMatchObject({ message: 'Service Unavailable' });
    expect(first.headers).toMatchObject({ 'retry-after': '1', 'cache-control': 'no-store' });
    expect(first.line).toMatchObject({ reason: 'deadline_exceeded', service: 'slow' });

    slow.recover();
    expect((await bring('slow', token)).line).toMatchObject({ reason: 'allowed' });
    expect(slow.calls('introspection')).toBe(1);
  });
});

describe('a provider that answers nonsense to our question', () => {
  const faults: Fault[] = [
    { kind: 'status', status: 401 },
    { kind: 'status', status: 403 },
    { kind: 'status', status: 404 },
    { kind: 'status', status: 500 },
    { kind: 'reset' },
    { kind: 'truncated' },
    { kind: 'cut_off' },
    { kind: 'html' },
    { kind: 'redirect', location: 'https://elsewhere.example' },
    { kind: 'huge', bytes: 3_000_000 },
    { kind: 'body', body: '' },
    { kind: 'body', body: 'null' },
    { kind: 'body', body: '[]' },
    { kind: 'body', body: '{"active":"true"}' },
    { kind: 'body', body: '{"__proto__":{"active":true}}' },
    { kind: 'body', body: '{"active":true}', contentType: 'text/plain' },
  ];

  it.each(faults)('is unavailable, and no token passes or is refused by it: %j', async (fault) => {
    stale.recover();
    expect(await reasonOf('stale', stale.issueOpaque())).toBe('allowed');
    stale.fail(fault, 'introspection');

    expect(await reasonOf('stale', stale.issueOpaque())).toBe('idp_unavailable');
  });
});

describe('an outage', () => {
  it('is bridged by old keys and by caches, and opens the circuit for what is in none', async () => {
    const cached = idp.issueOpaque();
    expect(await reasonOf('idp', cached)).toBe('allowed');
    idp.fail({ kind: 'reset' });
    await eventually(
      () => stateOf('idp'),
      (state) => state === 'degraded',
    );

    expect(await reasonOf('idp', await idp.sign())).toBe('allowed');
    expect((await bring('idp', cached)).line).toMatchObject({ reason: 'allowed', cache: 'hit' });
    for (let count = 0; count < 12; count += 1) {
      expect((await bring('idp', `unknown-${count}`)).line['reason']).toBe('idp_unavailable');
    }

    expect(await world.metric('postern_circuit_state', { target: 'idp' })).toBe(2);
    const asked = idp.calls('introspection');
    const { line } = await bring('idp', idp.issueOpaque());
    expect(line).toMatchObject({
      reason: 'idp_unavailable',
      detail: 'the circuit breaker is open',
    });
    expect(idp.calls('introspection')).toBe(asked);
  });

  it('ends by itself', async () => {
    idp.recover();

    await eventually(
      () => reasonOf('idp', idp.issueOpaque()),
      (reason) => reason === 'allowed',
    );
    await eventually(
      () => stateOf('idp'),
      (state) => state === 'ready',
    );
    expect(await world.metric('postern_circuit_state', { target: 'idp' })).toBe(0);
  });

  it('is bridged by what is stale where the operator says so, and not beyond', async () => {
    stale.recover();
    const token = stale.issueOpaque();
    expect(await reasonOf('stale', token)).toBe('allowed');
    stale.fail({ kind: 'status', status: 502 });

    await eventually(
      async () => (await bring('stale', token)).line['cache'],
      (cache) => cache === 'stale',
    );
    expect(await reasonOf('stale', stale.issueOpaque())).toBe('idp_unavailable');
  });
});
