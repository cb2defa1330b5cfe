// Does on this machine what the Dockerfile does in an image: copies what it copies, runs what it
// runs, then starts Postern as the image does, asks its health check and stops it. So a file that is
// missing from the image, or a package that only development has, is found without a container.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { execForm, readDockerfile } from './lib/read-dockerfile.mjs';
import { root } from './lib/root.mjs';
import { Problem } from './lib/run.mjs';

const startLimitMs = 30_000;
const folder = mkdtempSync(join(tmpdir(), 'postern-image-'));

try {
  const stages = readDockerfile();
  for (const stage of stages) buildStage(stage);
  await tryOut(stages.at(-1));
  console.error('The image would build, start, be healthy and stop.');
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The folder that stands for `/app` of a stage. */
function appOf(stage) {
  return join(folder, stage.name || 'final');
}

function buildStage(stage) {
  mkdirSync(appOf(stage));
  for (const { instruction, text } of stage.steps) {
    if (instruction === 'COPY') copy(stage, text);
    if (instruction === 'RUN') runIn(stage, text);
  }
}

function copy(stage, text) {
  const [, from, paths] = /^(?:--from=(\S+) )?(.*)$/.exec(text);
  const words = paths.split(' ');
  const target = words.at(-1);
  const base = from === undefined ? root : join(folder, from);
  for (const source of words.slice(0, -1).map((word) => word.replace(/^\/app\//, ''))) {
    const to = target.endsWith('/') ? join(target, basename(source)) : target;
    cpSync(join(base, source), join(appOf(stage), to), { recursive: true, verbatimSymlinks: true });
  }
}

function runIn(stage, command) {
  console.error(`${stage.name}: ${command}`);
  const done = spawnSync('sh', ['-c', command], { cwd: appOf(stage), stdio: 'inherit' });
  if (done.status !== 0) throw new Problem(`"${command}" failed in stage ${stage.name}.`);
}

async function tryOut(stage) {
  const find = (name) => execForm(stage.steps.findLast((it) => it.instruction === name).text);
  const inApp = (words) => words.map((word) => word.replace(/^\/app\//, `${appOf(stage)}/`));
  const [, ...program] = inApp(find('ENTRYPOINT'));
  const [, ...health] = inApp(find('HEALTHCHECK'));
  const [serve, option] = find('CMD');

  require(program, ['version']);
  const ops = `127.0.0.1:${await freePort()}`;
  const server = start([...program, serve, option, writeConfig(ops, await freePort())]);
  try {
    await untilHealthy(server, [...health, '--addr', ops]);
  } finally {
    server.process.kill('SIGTERM');
    await server.ended;
  }
  if (server.process.exitCode !== 0)
    throw new Problem(`SIGTERM did not end it with 0:\n${server.log()}`);
}

function require(program, args) {
  const done = spawnSync(process.execPath, [...program, ...args], { stdio: 'inherit' });
  if (done.status !== 0) throw new Problem(`"${args.join(' ')}" failed.`);
}

function start(args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  return {
    process: child,
    ended: once(child, 'close'),
    log: () => Buffer.concat(output).toString(),
  };
}

async function untilHealthy(server, health) {
  const limit = Date.now() + startLimitMs;
  while (Date.now() < limit && server.process.exitCode === null) {
    if (spawnSync(process.execPath, health).status === 0) return;
    await wait(100);
  }
  throw new Problem(`It was not healthy within ${startLimitMs} ms:\n${server.log()}`);
}

/** The smallest configuration; its provider is never asked. */
function writeConfig(ops, grpcPort) {
  writeFileSync(join(folder, 'consumers.yaml'), 'consumers: []\n');
  const file = join(folder, 'postern.yaml');
  const config = {
    listen: { grpc: { address: `127.0.0.1:${grpcPort}` }, ops: { address: ops } },
    store: { file: { path: 'consumers.yaml' } },
    identity_providers: [{ name: 'idp', issuer: 'http://127.0.0.1:1' }],
    services: [{ name: 'orders', identity_providers: ['idp'] }],
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
