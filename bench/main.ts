/** Measures Postern as its users start it. `npm run bench -- --help` lists what can be asked for. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { administration } from './cases/administration.ts';
import { cachedAllow } from './cases/cached-allow.ts';
import { cachedWays } from './cases/cached-ways.ts';
import { invalidation } from './cases/invalidation.ts';
import { manyConsumers } from './cases/many-consumers.ts';
import { memory } from './cases/memory.ts';
import { start } from './cases/start.ts';
import { storm } from './cases/storm.ts';
import { isMet, type BenchCase, type CaseResult } from './lib/bench-case.ts';
import { describeMachine } from './lib/describe-machine.ts';
import { startDriver } from './lib/driver.ts';
import { choosePinning } from './lib/pinning.ts';
import { writeMarkdown, writeTerminal } from './lib/report.ts';

const cases: readonly BenchCase[] = [
  cachedAllow,
  cachedWays,
  storm,
  memory,
  start,
  administration,
  manyConsumers,
  invalidation,
];

const help = `Usage: npm run bench -- [options]
  --only <case>  ${cases.map(({ name }) => name).join(', ')}; may be given several times
  --check        exit 1 when a bar is missed
  --quick        short rounds: shows that the bench works, its figures mean little
  --write        write bench/results.md; with all cases and whole rounds only
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    check: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(help);
else process.exitCode = await main(values);

async function main(options: typeof values): Promise<number> {
  const unknown = options.only.filter((name) => !cases.some((item) => item.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`no such case: ${unknown.join(', ')}\n${help}`);
    return 2;
  }
  if (options.write && (options.quick || options.only.length > 0)) {
    process.stderr.write(
      '--write takes neither --only nor --quick: results.md is of one whole run\n',
    );
    return 2;
  }
  const chosen = cases.filter(
    ({ name }) => options.only.length === 0 || options.only.includes(name),
  );
  execFileSync(process.execPath, [join(import.meta.dirname, '..', 'scripts', 'build.mjs')]);
  const pinning = choosePinning();
  const driver = startDriver(pinning.driver);
  const results: CaseResult[] = [];
  try {
    for (const { name, run } of chosen) {
      const say = (text: string): void => {
        process.stderr.write(`${name}: ${text}\n`);
      };
      const result = await run({ driver, pinning, quick: options.quick, say });
      process.stdout.write(writeTerminal(result));
      results.push(result);
    }
  } finally {
    await driver.stop();
  }
  if (options.write) {
    const machine = describeMachine(pinning);
    writeFileSync(join(import.meta.dirname, 'results.md'), writeMarkdown(results, machine));
  }
  const missed = results.flatMap(({ bars }) => bars).filter((bar) => !isMet(bar));
  return options.check && missed.length > 0 ? 1 : 0;
}
