import { isDeepStrictEqual } from 'node:util';
import type { Step } from '../../../../../src/lib/step.ts';
import type { WriteContext } from '../../../../../src/registry/ports.ts';
import type { RegistryProblem } from '../../../../../src/registry/problem.ts';
import type { RedisConnectionOptions } from '../../../../../src/store/redis/connection-options.ts';
import {
  createRedisRegistry,
  type RedisRegistry,
  type RedisRegistryOptions,
} from '../../../../../src/store/redis/registry/redis-registry.ts';
import { until } from '../../until.ts';

let operations = 0;

/** A write of its own, unless told otherwise. */
export function by(more: Partial<WriteContext> = {}): WriteContext {
  operations += 1;
  return { actor: 'test', operationId: `operation-${operations}`, ...more };
}

/** What a step gave; throws where it stopped. */
export async function valueOf<T>(step: Promise<Step<T, RegistryProblem>>): Promise<T> {
  const done = await step;
  if (!done.ok) throw new Error(JSON.stringify(done.stop));
  return done.value;
}

/** What a step stopped with; throws where it did not. */
export async function problemOf(
  step: Promise<Step<unknown, RegistryProblem>>,
): Promise<RegistryProblem> {
  const done = await step;
  if (done.ok) throw new Error(`went on with ${JSON.stringify(done.value)}`);
  return done.stop;
}

/** A registry that is connected. */
export async function startRegistry(
  connection: RedisConnectionOptions,
  options: Partial<RedisRegistryOptions> = {},
): Promise<RedisRegistry> {
  const registry = createRedisRegistry({ keyPrefix: 'postern', connection, ...options });
  registry.start();
  await until(async () => (await registry.consumers.list({ size: 1 })).ok);
  return registry;
}

/** All pages of a list, one after the other. */
export async function allOf<T>(
  list: (
    offset: string | undefined,
  ) => Promise<Step<{ items: readonly T[]; next: string | null }, RegistryProblem>>,
): Promise<T[]> {
  const items: T[] = [];
  let offset: string | undefined;
  do {
    const page = await valueOf(list(offset));
    items.push(...page.items);
    offset = page.next ?? undefined;
  } while (offset !== undefined);
  return items;
}

/** Waits until a look-up gives this: a change is heard of a moment after it was made. */
export async function untilEqual(lookUp: () => Promise<unknown>, wanted: unknown): Promise<void> {
  await until(async () => isDeepStrictEqual(await lookUp(), wanted));
}
