import { execFileSync } from 'node:child_process';
import { cpus, getPriority, loadavg, release, totalmem, type } from 'node:os';
import { findEnvoy } from '../../test/support/tools.ts';
import type { Pinning } from './pinning.ts';

/** What figures depend on, for people who compare them; nothing that names the machine. */
export function describeMachine(pinning: Pinning): readonly string[] {
  const [minuteLoad = 0] = loadavg();
  return [
    new Date().toISOString().slice(0, 10),
    `${String(cpus().length)} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${String(Math.round(totalmem() / 1e9))} GB, ${type()} ${kernelVersion()}`,
    `Node ${process.version}, ${envoyVersion()}`,
    `${pinning.description}; priority ${getPriority()}; load of the machine at the end: ${minuteLoad.toFixed(1)}`,
  ];
}

/** Without what a builder adds to it. */
function kernelVersion(): string {
  return release().split('-')[0] ?? '';
}

function envoyVersion(): string {
  try {
    const output = execFileSync(findEnvoy(), ['--version'], { encoding: 'utf8' });
    return `Envoy ${/\/(\d+\.\d+\.\d+)\//.exec(output)?.[1] ?? 'of an unknown version'}`;
  } catch {
    return 'no Envoy';
  }
}
