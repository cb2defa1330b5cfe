import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '../../test/support/ports.ts';
import { shippedFlags } from './flags.ts';
import { ServerProcess } from './server-process.ts';
import { writeConfig, type ServiceName } from './write-config.ts';

/** A server that answers Checks. */
export interface Target {
  readonly address: string;
  readonly process: ServerProcess;
  stop(): Promise<void>;
}

export interface Postern extends Target {
  /** `http://host:port` of the ops listener. */
  readonly ops: string;
  /** `http://host:port` of the Admin API; null without one. */
  readonly admin: string | null;
  /** Where the configuration and `consumers.yaml` lie. */
  readonly folder: string;
  /** From the start of the process to readiness. */
  readonly startSeconds: number;
}

export interface PosternSettings {
  readonly core: number | null;
  readonly issuer: string;
  /** The `store` section; a file store names `consumers.yaml`. */
  readonly store: object;
  /** Text of `consumers.yaml`, for a file store. */
  readonly consumers?: string;
  /** Default: `orders` alone. */
  readonly services?: readonly ServiceName[];
  /** With the Admin API beside the checks, or with nothing else; default: none. */
  readonly admin?: 'beside' | 'only';
  /** More flags for `node`, beside the shipped ones. */
  readonly flags?: readonly string[];
}

export const posternBin = join(import.meta.dirname, '..', '..', 'bin', 'postern.js');

/** Starts the built Postern as its users do, and waits until it is ready. */
export async function startPostern(settings: PosternSettings): Promise<Postern> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  const address = `127.0.0.1:${String(await findFreePort())}`;
  const opsAddress = `127.0.0.1:${String(await findFreePort())}`;
  const adminAddress = settings.admin && `127.0.0.1:${String(await findFreePort())}`;
  const config = join(folder, 'postern.yaml');
  const listen = { address, opsAddress, ...(adminAddress !== undefined && { adminAddress }) };
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(writeConfig({ ...settings, ...listen })));
  if (settings.consumers !== undefined) {
    writeFileSync(join(folder, 'consumers.yaml'), settings.consumers);
  }
  const startedMs = performance.now();
  const serve = [
    'serve',
    '--config',
    config,
    ...(settings.admin === 'only' ? ['--only', 'admin'] : []),
  ];
  const started = new ServerProcess({
    args: [...shippedFlags, ...(settings.flags ?? []), posternBin, ...serve],
    core: settings.core,
    logFile: join(folder, 'log'),
  });
  const ops = `http://${opsAddress}`;
  await started.untilOk(`${ops}/readyz`);
  const startSeconds = (performance.now() - startedMs) / 1000;
  const stop = async (): Promise<void> => {
    await started.stop();
    rmSync(folder, { recursive: true });
  };
  const admin = adminAddress === undefined ? null : `http://${adminAddress}`;
  return { address, process: started, ops, admin, folder, startSeconds, stop };
}

export interface BareSettings {
  readonly core: number | null;
  /** Default: proto-loader's. */
  readonly codec?: 'proto-loader' | 'lean';
  /** Of `node`; default: the shipped ones. */
  readonly flags?: readonly string[];
}

/** The grpc-js server that answers a constant. */
export async function startBare(settings: BareSettings): Promise<Target> {
  const { core, codec = 'proto-loader', flags = shippedFlags } = settings;
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  const port = await findFreePort();
  const address = `127.0.0.1:${String(port)}`;
  const script = fileURLToPath(import.meta.resolve('./bare-server.ts'));
  const started = new ServerProcess({
    args: [...flags, script, address, codec],
    core,
    logFile: join(folder, 'log'),
  });
  await untilListening(port);
  const stop = async (): Promise<void> => {
    await started.stop();
    rmSync(folder, { recursive: true });
  };
  return { address, process: started, stop };
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const socket = connect(port, '127.0.0.1');
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await wait(20);
  }
  throw new Error('the bare server does not listen');
}
