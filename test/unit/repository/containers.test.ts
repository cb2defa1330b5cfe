import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { loadConfig } from '../../../src/config/load-config.ts';
import { parseConsumersFile } from '../../../src/store/file/parse-consumers-file.ts';
import { composeSchema, type ComposeFile } from './compose-schema.ts';

const root = join(import.meta.dirname, '..', '..', '..');

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

const scripts = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts;
const commands = readdirSync(join(root, 'src', 'cli'))
  .filter((name) => name.endsWith('-command.ts'))
  .map((name) => name.replace('-command.ts', ''));

/** Instructions of the Dockerfile with their continuation lines, comments left out. */
const instructions = read('Dockerfile')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => ({ name: line.split(' ')[0] ?? '', rest: line.slice(line.indexOf(' ') + 1) }));

function argumentsOf(name: string): string[] {
  return instructions.filter((it) => it.name === name).map(({ rest }) => rest);
}

function lastForm(name: string): string[] {
  const text = argumentsOf(name).at(-1) ?? '';
  return JSON.parse(text.slice(text.indexOf('['))) as string[];
}

describe('Dockerfile', () => {
  const copied = argumentsOf('COPY')
    .filter((rest) => !rest.startsWith('--from='))
    .flatMap((rest) => rest.split(' ').slice(0, -1))
    .map((path) => path.replace('./', ''));

  it.each(copied)('copies %s, which is there and which .dockerignore lets through', (path) => {
    expect(existsSync(join(root, path))).toBe(true);
    expect(read('.dockerignore').split('\n')).toContain(`!${path}`);
  });

  it.each(argumentsOf('RUN'))('runs `%s`, which npm has', (line) => {
    const script = /^npm run (\S+)/.exec(line)?.[1];

    expect(script ?? line).toMatch(script === undefined ? /^npm ci / : /./);
    expect(script === undefined || script in scripts).toBe(true);
  });

  it('starts, by default and in its health check, what the repository has', () => {
    const [, ...program] = lastForm('ENTRYPOINT');
    const [defaultCommand] = lastForm('CMD');
    const health = argumentsOf('HEALTHCHECK').join();
    const [, file, healthCommand] = JSON.parse(health.slice(health.indexOf('['))) as string[];

    expect(existsSync(join(root, program.at(-1)?.replace('/app/', '') ?? ''))).toBe(true);
    expect(file).toBe(program.at(-1));
    expect(commands).toEqual(expect.arrayContaining([defaultCommand, healthCommand]));
  });

  it('gives Node the flags of the command itself', () => {
    const hashbang = read('bin/postern.js').split('\n')[0] ?? '';

    expect(lastForm('ENTRYPOINT').filter((word) => word.startsWith('--'))).toEqual(
      hashbang.split(' ').filter((word) => word.startsWith('--')),
    );
  });

  it('installs without development packages and without install scripts, and runs as nobody', () => {
    expect(argumentsOf('RUN')).toContainEqual(
      expect.stringMatching(/^npm ci --omit=dev --ignore-scripts/),
    );
    expect(argumentsOf('USER')).toEqual(['65532:65532']);
  });
});

describe('docker-compose.yml', () => {
  const compose = parse(read('docker-compose.yml')) as ComposeFile;
  const services = Object.entries(compose.services);

  it('keeps to the Compose specification', () => {
    const validate = new Ajv({ allErrors: true }).compile(composeSchema);

    validate(compose);

    expect(validate.errors ?? []).toEqual([]);
  });

  it.each(services)('%s mounts files that are there', (_name, service) => {
    const files = (service.volumes ?? []).map((volume) => volume.split(':')[0] ?? '');

    expect(files.filter((file) => !statSync(join(root, file)).isFile())).toEqual([]);
  });

  it.each(services)(
    '%s waits for services of the file that can meet its condition',
    (_name, it) => {
      const unmet = Object.entries(it.depends_on ?? {}).filter(([name, { condition }]) => {
        const other = compose.services[name];
        if (other === undefined) return true;
        const checked = other.healthcheck?.test !== undefined || other.build !== undefined;
        return condition === 'service_healthy' && !(checked && other.healthcheck?.disable !== true);
      });

      expect(unmet).toEqual([]);
    },
  );

  it.each(services.filter(([, { build }]) => build !== undefined))(
    '%s runs a command of Postern on files that it mounts',
    (_name, service) => {
      const [command, ...args] = service.command ?? lastForm('CMD');
      const mounted = (service.volumes ?? []).map((volume) => volume.split(':')[1]);

      expect(commands).toContain(command);
      expect(mounted).toEqual(expect.arrayContaining(args.filter((it) => it.startsWith('/'))));
    },
  );

  it('has an Envoy that speaks to its services by their names', () => {
    const hosts = [...read('envoy/compose.yaml').matchAll(/address: ([a-z-]+),/g)];

    expect(hosts.map(([, host]) => host)).toEqual(['postern', 'upstream']);
    expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(['postern', 'upstream']));
  });
});

describe('deploy/compose', () => {
  const file = 'deploy/compose/postern.yaml';
  const loaded = loadConfig({
    text: read(file),
    file: join(root, file),
    env: {},
    readFile: (path) => readFileSync(path, 'utf8'),
  });
  const realm = JSON.parse(read('deploy/compose/realm.json')) as {
    clients: { clientId: string; secret: string }[];
  };

  it('has a configuration that warns of what only a trial may do, and of nothing else', () => {
    const paths = loaded.ok ? loaded.value.warnings.map(({ path }) => path) : loaded.stop;

    expect(paths).toEqual([
      'listen.grpc.address',
      'identity_providers[0].allow_insecure',
      'services[0].routes[1].auth',
    ]);
  });

  it('has Consumers without a problem', async () => {
    const parsed = await parseConsumersFile(join(root, 'deploy/compose/consumers.yaml'));

    expect(parsed).toMatchObject({ problems: [], ignored: [] });
    expect(parsed.records).not.toHaveLength(0);
  });

  it('names each policy that its Envoy names', () => {
    const named = read('envoy/compose.yaml').matchAll(/(?:service|route): ([a-z-]+)/g);
    const known = [...read(file).matchAll(/- name: (\S+)/g)].map(([, name]) => name);

    expect(known).toEqual(expect.arrayContaining([...named].map(([, name]) => name)));
  });

  it('knows the clients of its realm', () => {
    const consumers = parse(read('deploy/compose/consumers.yaml')) as {
      consumers: { custom_id: string }[];
    };
    const [own, ...applications] = realm.clients;

    expect(read(file)).toContain(
      `client: { id: ${own?.clientId ?? ''}, secret: ${own?.secret ?? ''} }`,
    );
    expect(consumers.consumers.map((it) => it.custom_id)).toEqual(
      applications.map(({ clientId }) => clientId),
    );
  });
});
