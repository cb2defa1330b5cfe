import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { declareConsumer } from './consumers.ts';
import { posternBin } from './servers.ts';
import { writeConfig } from './write-config.ts';

/** Puts Consumers into Redis, from JSON lines, with Postern's own command; gives the seconds it took. */
export function importConsumers(count: number, redisUrl: string, issuer: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  const file = join(folder, 'consumers.jsonl');
  const config = join(folder, 'postern.yaml');
  const lines = Array.from({ length: count }, (_, number) =>
    JSON.stringify(declareConsumer(number)),
  );
  writeFileSync(file, `${lines.join('\n')}\n`);
  const store = { redis: { url: redisUrl } };
  writeFileSync(config, JSON.stringify(writeConfig({ issuer, store })));
  const startedMs = performance.now();
  try {
    execFileSync(process.execPath, [posternBin, 'import', file, '--config', config]);
    return (performance.now() - startedMs) / 1000;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
