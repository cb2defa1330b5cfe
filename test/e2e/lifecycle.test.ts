import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FakeProvider } from '../support/fake-provider.ts';
import { describeProvider, type Json } from '../support/world-config.ts';
import { eventually, startWorld, type World, type WorldOptions } from '../support/world.ts';

jest.setTimeout(30_000);

let idp: FakeProvider;
let other: FakeProvider;

beforeAll(async () => {
  [idp, other] = await Promise.all([FakeProvider.start(), FakeProvider.start()]);
});

afterAll(async () => {
  await Promise.all([idp.close(), other.close()]);
});

const orders = { name: 'orders', identity_providers: ['idp'] };

function options(more: Partial<WorldOptions> = {}): WorldOptions {
  return {
    identityProviders: [describeProvider('idp', idp.issuer, { timeout: '1h' })],
    services: [orders],
    consumers: [{ custom_id: 'client-1' }],
    ...more,
  };
}

async function reasonOf(world: World, token: string, service = 'orders'): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}` };
  return (await world.call({ path: `/${service}/`, headers })).line['reason'];
}

describe('a changed configuration', () => {
  let world: World;
  let folder: string;
  let secretFile: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'postern-secret-'));
    secretFile = join(folder, 'secret');
    await writeFile(secretFile, 'firstSecret\n');
    const client = { id: 'postern', secret_file: secretFile };
    world = await startWorld(
      options({
        identityProviders: [
          describeProvider('idp', idp.issuer),
          { name: 'other', issuer: other.issuer, client },
        ],
        services: [orders, { name: 'others', identity_providers: ['other'] }],
      }),
    );
  });

  afterAll(async () => {
    await world.stop();
    await rm(folder, { recursive: true });
  });

  function reloads(outcome: 'success' | 'failure'): Promise<number> {
    return world.metric('postern_config_reloads_total', { outcome });
  }

  async function change(config: Json): Promise<void> {
    const before = await reloads('success');
    await world.postern.writeConfig({ ...world.config, ...config });
    await eventually(
      () => reloads('success'),
      (count) => count > before,
    );
  }

  it('that asks for more is in force for tokens that are cached', async () => {
    const token = await idp.sign();
    expect(await reasonOf(world, token)).toBe('allowed');

    await change({ services: [{ ...orders, scopes_required: ['orders.write'] }] });

    expect(await reasonOf(world, token)).toBe('scope_insufficient');
    expect(await reasonOf(world, token, 'others')).toBe('policy_unknown');
    await change({});
    expect(await reasonOf(world, token)).toBe('allowed');
  });

  it('of a provider makes it forget its tokens, and no other provider', async () => {
    const [changed, kept] = [idp.issueOpaque(), other.issueOpaque()];
    expect(await reasonOf(world, changed)).toBe('allowed');
    expect(await reasonOf(world, kept, 'others')).toBe('allowed');
    idp.introspections.delete(changed);
    other.introspections.delete(kept);

    const [, ofOther] = world.config['identity_providers'] as Json[];
    const ofIdp = describeProvider('idp', idp.issuer, { leeway: '6s' });
    await change({ identity_providers: [ofIdp, ofOther] });

    expect(await reasonOf(world, changed)).toBe('token_inactive');
    expect(await reasonOf(world, kept, 'others')).toBe('allowed');
  });

  it('may lie in a file that it names', async () => {
    const before = await reloads('success');
    await writeFile(secretFile, 'secondSecret\n');
    await eventually(
      () => reloads('success'),
      (count) => count > before,
    );

    expect(await reasonOf(world, other.issueOpaque(), 'others')).toBe('allowed');
    const asked = other.requests.findLast(({ endpoint }) => endpoint === 'introspection');
    const credentials = Buffer.from('postern:secondSecret').toString('base64');
    expect(asked?.headers.authorization).toBe(`Basic ${credentials}`);
  });

  it('may name another store', async () => {
    const token = await idp.sign(idp.claims({ client_id: 'client-2' }));
    expect(await reasonOf(world, token)).toBe('consumer_unknown');
    const file = join(folder, 'others.yaml');
    await writeFile(file, 'consumers:\n  - custom_id: client-2\n');

    await change({ store: { file: { path: file } } });

    expect(await reasonOf(world, token)).toBe('allowed');
    await change({});
    expect(await reasonOf(world, token)).toBe('consumer_unknown');
  });

  it.each([
    ['that is no YAML', 'services: [', /postern\.yaml:1:\d+: /],
    ['with an unknown key', { sevices: [] }, /postern\.yaml:1:\d+: .*sevices/],
    ['whose Consumers file is missing', { store: { file: { path: 'none.yaml' } } }, /none\.yaml/],
  ])('%s changes nothing, and is told', async (_name, broken, problem) => {
    const token = await idp.sign();
    const before = await reloads('failure');
    const text = typeof broken === 'string' ? broken : { ...world.config, ...broken };
    await world.postern.writeConfig(text);

    await eventually(
      () => reloads('failure'),
      (count) => count > before,
    );
    expect(await reasonOf(world, token)).toBe('allowed');
    await world.postern.untilLine(
      ({ level, problems }) => level === 'error' && problem.test(String(problems)),
    );
  });

  it('that can only be had by a restart is told', async () => {
    await change({ log: { level: 'debug', sample_allows: 1 } });

    const told = await world.postern.untilLine(({ section }) => section === 'log');
    expect(told).toMatchObject({ level: 'warn', msg: expect.stringContaining('restart') });
  });

  it('is taken over at SIGHUP as well, and no request suffers', async () => {
    const token = await idp.sign();
    const before = await reloads('success');

    for (let count = 1; count <= 5; count += 1) {
      const during = Array.from({ length: 10 }, () => reasonOf(world, token));
      world.postern.signal('SIGHUP');
      expect(new Set(await Promise.all(during))).toEqual(new Set(['allowed']));
    }

    await eventually(
      () => reloads('success'),
      (count) => count > before,
    );
  });
});

describe('SIGTERM', () => {
  it('lets a request under way end, takes Postern out of service first, and ends with 0', async () => {
    const world = await startWorld(options());
    idp.fail({ kind: 'hang' }, 'introspection');
    const before = idp.calls('introspection');
    const underWay = reasonOf(world, idp.issueOpaque());
    await eventually(
      () => idp.calls('introspection'),
      (calls) => calls > before,
    );

    const code = world.postern.stop();
    await eventually(
      () => world.readiness(),
      ({ status, report }) => status === 503 && report.status === 'draining',
    );
    idp.recover();

    expect(await underWay).toBe('allowed');
    expect(await code).toBe(0);
    expect(world.postern.lines.at(-1)).toMatchObject({ msg: 'stopped' });
    await world.stop();
  });

  it('does not wait for a provider that never answers', async () => {
    const world = await startWorld(options({ envoy: { timeoutMs: 300 } }));
    idp.fail({ kind: 'hang' }, 'introspection');
    expect(await reasonOf(world, 'never-answered')).toBe('deadline_exceeded');

    expect(await world.postern.stop()).toBe(0);
    idp.recover();
    await world.stop();
  });

  it('ends requests that outlast the drain, which fail closed', async () => {
    const world = await startWorld(options({ config: { drain_timeout: '100ms' } }));
    idp.fail({ kind: 'hang' }, 'introspection');
    const before = idp.calls('introspection');
    const headers = { authorization: `Bearer ${idp.issueOpaque()}` };
    const underWay = world.send({ path: '/orders/', headers });
    await eventually(
      () => idp.calls('introspection'),
      (calls) => calls > before,
    );

    expect(await world.postern.stop()).toBe(0);
    expect((await underWay).status).toBe(503);
    idp.recover();
    await world.stop();
  });

  it('a second time ends it at once', async () => {
    const world = await startWorld(options({ config: { drain_delay: '1h' } }));
    world.postern.signal('SIGTERM');
    await world.postern.untilLine(({ msg }) => msg === 'stopping');

    expect(await world.postern.stop()).toBe(1);
    await world.stop();
  });
});
