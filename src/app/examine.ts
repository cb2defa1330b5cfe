import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { formatProblem, type Problem } from '../documents/problem.ts';
import { systemClock, type Clock } from '../lib/clock.ts';
import { tryAddress } from '../server/try-address.ts';
import type { StoreStatus } from '../store/consumer-store.ts';
import { closeParts } from './close-parts.ts';
import { examineProvider } from './examine-provider.ts';
import type { Finding } from './finding.ts';
import { assembleJudge, partsOnlyIn, type Judge } from './judge.ts';
import { createQuietTools } from './quiet-tools.ts';

const storeStartMs = 5_000;
/** A store hears of changes a moment after it was reached. */
const settleMs = 2_000;

/** Looks at all that a configuration leans on, each by itself; changes nothing. */
export async function examine({ config, warnings }: LoadedConfig): Promise<readonly Finding[]> {
  const clock = systemClock;
  const judge = assembleJudge(config, null, createQuietTools(clock));
  try {
    const found = await Promise.all([
      examineStore(judge),
      ...[...judge.providers.values()].map(({ provider }) => examineProvider(provider, clock)),
      ...listAddresses(config).map(examineAddress),
    ]);
    return [...describeConfig(warnings), ...found.flat()];
  } finally {
    await closeParts(partsOnlyIn(judge, null));
  }
}

function describeConfig(warnings: readonly Problem[]): Finding[] {
  const area = 'configuration';
  if (warnings.length === 0) return [{ area, state: 'ok', text: 'is valid', advice: null }];
  return warnings.map((warning) => ({
    area,
    state: 'warn',
    text: formatProblem(warning),
    advice: 'docs/configuration.md says what the key means',
  }));
}

async function examineStore({ store: { store }, config }: Judge): Promise<readonly Finding[]> {
  const area = `store (${config.store.kind})`;
  const limited = AbortSignal.timeout(storeStartMs);
  const problems = await store.start(limited).catch((error: unknown) => {
    if (!limited.aborted) throw error;
    return [];
  });
  if (problems.length > 0) {
    return problems.map((problem) => ({
      area,
      state: 'fail',
      text: formatProblem(problem),
      advice: 'correct the Consumers file',
    }));
  }
  return [describeStore(area, await untilSettled(() => store.status(), systemClock))];
}

async function untilSettled(look: () => StoreStatus, clock: Clock): Promise<StoreStatus> {
  const end = clock.now() + settleMs;
  let status = look();
  while (status.state === 'degraded' && clock.now() < end) {
    await wait(20);
    status = look();
  }
  return status;
}

function describeStore(area: string, { state, reason = '' }: StoreStatus): Finding {
  switch (state) {
    case 'ok':
      return { area, state: 'ok', text: 'answers, and keeps what it has', advice: null };
    case 'degraded':
      return { area, state: 'warn', text: reason, advice: 'docs/store.md tells what it takes' };
    case 'down':
      return { area, state: 'fail', text: reason, advice: 'docs/store.md tells what it takes' };
  }
}

function listAddresses({ listen }: Config): (readonly [area: string, address: string])[] {
  return [
    ['listen.grpc', listen.grpc.address],
    ['listen.ops', listen.ops.address],
    ...(listen.admin === null ? [] : [['listen.admin', listen.admin.address] as const]),
  ];
}

async function examineAddress([area, address]: readonly [string, string]): Promise<Finding[]> {
  const state = await tryAddress(address);
  if (state === 'free') return [{ area, state: 'ok', text: `${address} is free`, advice: null }];
  if (state === 'taken') {
    const advice = 'fine where that is Postern: postern healthcheck asks it';
    return [{ area, state: 'warn', text: `something listens at ${address} already`, advice }];
  }
  const advice = 'choose another address, or let this user listen there';
  return [{ area, state: 'fail', text: `${address}: ${state.error}`, advice }];
}
