import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { startPostern } from '../../support/postern.ts';
import { runCommand } from './run-command.ts';

jest.setTimeout(30_000);

const root = join(import.meta.dirname, '..', '..', '..');

const secrets = ['client-secret-value', 'redis-url-password', 'redis-password-value'];

const good = `
store:
  redis:
    url: redis://user:redis-url-password@127.0.0.1:1/0
identity_providers:
  - name: okta
    issuer: https://example.okta.com/oauth2/default
    client: { id: postern, secret: "\${OKTA_SECRET}" }
services:
  - name: orders
    identity_providers: [okta]
    registration: {}
`;

const password = 'password: redis-password-value';

const anyPorts = `
drain_delay: 0ms
listen: { grpc: { address: '127.0.0.1:0' }, ops: { address: '127.0.0.1:0' } }
`;

const bad = `
store:
  file: { path: consumers.yaml }
identity_providers:
  - name: okta
    issuer: ftp://example.okta.com
    timeout: 5
services:
  - name: orders
    identity_providers: [ping]
    identity_provders: [okta]
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-cli-'));
  await Promise.all([
    writeFile(join(folder, 'good.yaml'), good),
    writeFile(join(folder, 'bad.yaml'), bad),
    writeFile(
      join(folder, 'file.yaml'),
      anyPorts + good.replace(/redis:\n.*/, 'file: { path: c.yaml }'),
    ),
    writeFile(
      join(folder, 'lost.yaml'),
      anyPorts + good.replace(/redis:\n.*/, 'file: { path: absent.yaml }'),
    ),
    writeFile(join(folder, 'c.yaml'), 'consumers:\n  - custom_id: a\n  - custom_id: a\n'),
  ]);
});

afterAll(() => rm(folder, { recursive: true }));

const env = { OKTA_SECRET: 'client-secret-value' };

function run(...args: string[]) {
  return runCommand(
    args.map((arg) => (arg.endsWith('.yaml') ? join(folder, arg) : arg)),
    { env },
  );
}

describe('exit codes and where output goes', () => {
  it.each([
    ['no command', [], 2, /Usage: postern/],
    ['an unknown command', ['sevre'], 2, /unknown command/],
    ['an unknown option', ['serve', '-c', 'bad.yaml', '--confg'], 2, /unknown option '--confg'/],
    ['no configuration', ['serve'], 2, /required option .*--config/],
    ['an absent configuration', ['serve', '-c', 'none.yaml'], 2, /none\.yaml:1:1: .* \(ENOENT\)/],
    ['absent Consumers', ['serve', '-c', 'lost.yaml'], 2, /absent\.yaml:1:1: .* \(ENOENT\)/],
    ['absent Consumers', ['validate', '-c', 'lost.yaml'], 2, /absent\.yaml:1:1: .* \(ENOENT\)/],
    ['a wrong configuration', ['serve', '--config', 'bad.yaml'], 2, /bad\.yaml:\d+:\d+: /],
    ['wrong Consumers', ['serve', '--config', 'file.yaml'], 2, /c\.yaml:3:\d+: .*line 2/],
    ['wrong Consumers', ['validate', '--config', 'file.yaml'], 2, /c\.yaml:3:\d+: .*line 2/],
    ['a store to import into', ['import', 'c.yaml', '-c', 'file.yaml'], 2, /store\.redis/],
    ['a Redis that is not there', ['import', 'c.yaml', '-c', 'good.yaml'], 1, /stopped: /],
    ['nobody to ask', ['healthcheck', '--addr', '127.0.0.1:1'], 1, /no answer/],
  ])('%s: %j ends with %d', async (_name, args, code, text) => {
    const result = await run(...args);

    expect(result.code).toBe(code);
    expect(result.err + result.out).toMatch(text);
    // What serve has printed before is its log.
    if (code === 2 && args[0] !== 'serve') expect(result.out).toBe('');
  });

  it.each([[['--help']], [['serve', '--help']], [['import', '--help']], [['config', '--help']]])(
    '%j explains and ends with 0',
    async (args) => {
      const result = await run(...args);

      expect(result).toMatchObject({ code: 0, err: '' });
      expect(result.out).toMatch(/^Usage: postern/);
    },
  );

  it('a Consumers file that is wrong is not called empty as well', async () => {
    const { out } = await run('serve', '--config', 'file.yaml');

    expect(out).toContain('Consumers file could not be loaded');
    expect(out).not.toContain('there are no Consumers');
  });

  it('a busy port ends serve with 1, and says which', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const text = `listen: { grpc: { address: '127.0.0.1:0' }, ops: { address: '127.0.0.1:${port}' } }`;
    const other = `listen: { grpc: { address: '127.0.0.1:${port}' }, ops: { address: '127.0.0.1:0' } }`;
    await writeFile(join(folder, 'ops.yaml'), text + good);
    await writeFile(join(folder, 'grpc.yaml'), other + good);

    const results = await Promise.all([
      run('serve', '-c', 'ops.yaml'),
      run('serve', '-c', 'grpc.yaml'),
    ]);
    server.close();

    for (const { code, err } of results) {
      expect(code).toBe(1);
      expect(err).toContain(String(port));
    }
  });
});

describe('validate', () => {
  it('prints every problem at its place', async () => {
    const { code, out, err } = await run('validate', '--config', 'bad.yaml');

    expect({ code, out }).toEqual({ code: 2, out: '' });
    const places = [...err.matchAll(/bad\.yaml:(\d+):\d+: (\S+): /g)].map(([, line, path]) => [
      Number(line),
      path,
    ]);
    expect(places).toEqual([
      [6, 'identity_providers[0].issuer'],
      [7, 'identity_providers[0].timeout'],
      [10, 'services[0].identity_providers[0]'],
      [11, 'services[0].identity_provders'],
    ]);
    expect(err).toContain('4 problems');
  });

  it('sums up a good file, with warnings', async () => {
    const { code, out } = await run('validate', '--config', 'good.yaml', '--output', 'json');

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      identity_providers: 1,
      services: 1,
      store: 'redis',
      warnings: [expect.stringMatching(/good\.yaml:\d+:\d+: .*audience_required/)],
    });
  });

  it('warns of Consumers at the line of the first one that it is about', async () => {
    const text = good.replace(/redis:\n.*/, 'file: { path: odd.yaml }');
    const consumers = ['a', 'b', 'c'].map(
      (id) => `  - custom_id: ${id}\n    registrations:
      - { service: ${id === 'a' ? 'orders' : 'order'}, status: approved }\n`,
    );
    await Promise.all([
      writeFile(join(folder, 'warned.yaml'), text),
      writeFile(join(folder, 'odd.yaml'), `consumers:\n${consumers.join('')}plugins: []\n`),
    ]);

    const { code, out } = await run('validate', '--config', 'warned.yaml');

    expect(code).toBe(0);
    const places = [...out.matchAll(/odd\.yaml:(\d+):1: (.*)/g)].map(([, ...place]) => place);
    expect(places).toEqual([
      ['5', 'registrations name the unknown Service `order`'],
      ['11', 'section `plugins` is ignored'],
    ]);
    expect(out).toMatch(/, 3 Consumers$/m);
  });

  it('takes its file from the environment as well', async () => {
    const POSTERN_CONFIG = join(folder, 'good.yaml');

    const result = await runCommand(['validate'], { env: { ...env, POSTERN_CONFIG } });

    expect(result.code).toBe(0);
    expect(result.out).toMatch(
      /^valid: 1 identity provider, 1 service, 0 routes, Consumers in redis$/m,
    );
  });

  it('names the variable that is not set', async () => {
    const result = await runCommand(['validate', '--config', join(folder, 'good.yaml')]);

    expect(result.code).toBe(2);
    expect(result.err).toMatch(/good\.yaml:8:\d+: .*OKTA_SECRET/);
  });
});

describe('config', () => {
  it('ends without a complaint where nobody reads', async () => {
    const { code, err } = await runCommand(['config', 'schema'], { closeOutput: true });

    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  let validate: ValidateFunction;

  beforeAll(async () => {
    const { code, out } = await run('config', 'schema');
    expect(code).toBe(0);
    // `strict` would refuse the titles by which we name formats.
    validate = new Ajv2020({ strict: false, allErrors: true }).compile(JSON.parse(out) as object);
  });

  it.each(['demo/postern.yaml', 'deploy/compose/postern.yaml'])('schema describes %s', (file) => {
    const valid = validate(parse(readFileSync(join(root, file), 'utf8')));

    expect({ valid, errors: validate.errors }).toEqual({ valid: true, errors: null });
  });

  it('schema refuses what validate refuses', () => {
    expect(validate(parse(bad))).toBe(false);
    expect(validate.errors?.map(({ instancePath }) => instancePath)).toEqual(
      expect.arrayContaining(['/identity_providers/0/timeout', '/services/0']),
    );
  });

  it.each([
    ['in the URL', good],
    [
      'beside it',
      good.replace('user:redis-url-password@', '').replace('/0\n', `/0\n    ${password}\n`),
    ],
  ])(
    'print shows every default and no secret, and can be loaded again: %s',
    async (_name, text) => {
      await writeFile(join(folder, 'secrets.yaml'), text);

      const { code, out } = await run('config', 'print', '--config', 'secrets.yaml');
      await writeFile(join(folder, 'printed.yaml'), out);

      expect(code).toBe(0);
      expect(secrets.filter((secret) => out.includes(secret))).toEqual([]);
      expect(parse(out)).toMatchObject({ drain_timeout: '5s', log: { sample_allows: 0.1 } });
      expect(await run('validate', '--config', 'printed.yaml')).toMatchObject({ code: 0 });
    },
  );
});

describe('healthcheck and version', () => {
  it('ask a Postern that runs', async () => {
    const postern = await startPostern({
      config: {
        store: { file: { path: 'consumers.yaml' } },
        identity_providers: [{ name: 'idp', issuer: 'http://127.0.0.1:1' }],
        services: [{ name: 'orders', identity_providers: ['idp'] }],
        drain_delay: '0ms',
      },
    });
    const addr = new URL(postern.opsUrl).host;

    const asked = await run('healthcheck', '--addr', addr);
    const byEnv = await runCommand(['healthcheck'], { env: { POSTERN_OPS_ADDR: addr } });
    const version = await run('version', '--output', 'json');
    const served = (await (await fetch(`${postern.opsUrl}/version`)).json()) as object;
    await postern.stop();

    expect([asked.code, byEnv.code]).toEqual([0, 0]);
    expect(JSON.parse(version.out)).toMatchObject({ node: process.version });
    expect(Object.values(served)).toEqual(Object.values(JSON.parse(version.out) as object));
  });
});
