import type { CheckDependencies } from '../../../../src/authz/check.ts';
import { createExplain } from '../../../../src/authz/explain/explain.ts';
import type { Explanation } from '../../../../src/authz/explain/explanation.ts';
import type { StepName } from '../../../../src/authz/explain/step-of-reason.ts';
import type { ResolveConsumer } from '../../../../src/authz/consumer.ts';
import { pass } from '../../../../src/lib/step.ts';
import {
  consumerOf,
  policyOf,
  requestOf,
  tokenOf,
  unusedPorts,
} from '../../../support/builders.ts';
import type { World } from '../decide-in.ts';

const now = Date.parse('2026-07-27T10:00:00Z');

/** Explains what would be decided in a world; `faults` collects bugs. */
export function explainIn(world: World, faults: unknown[] = []): Promise<Explanation> {
  const explain = createExplain({
    ports: portsOf(world),
    clock: { now: () => now },
    onFault: (error) => faults.push(error),
  });
  return explain(requestOf(world.request), new AbortController().signal);
}

function portsOf(world: World): CheckDependencies {
  const service = policyOf(world.policy);
  const routes = Object.entries(world.routes ?? {}).map(
    ([route, fields]) => [route, { ...service, route, ...fields }] as const,
  );
  const known = { service, routes: new Map(routes) };
  return {
    ...unusedPorts,
    revocations: { current: () => pass(null) },
    policies: {
      services: new Map([['orders', known]]),
      byHost: { exact: new Map([['orders.example.com', known]]), wildcard: new Map() },
    },
    verifyToken:
      world.verifyToken ?? (() => pass({ token: tokenOf(world.claims), cache: 'miss' as const })),
    resolveConsumer: world.resolveConsumer ?? findAmong(world.consumers ?? [consumerOf()]),
    ...world.ports,
  };
}

function findAmong(consumers: NonNullable<World['consumers']>): ResolveConsumer {
  const fields = { custom_id: 'customId', username: 'username', id: 'id' } as const;
  return (by, value) => pass(consumers.find((consumer) => consumer[fields[by]] === value) ?? null);
}

/** Outcomes by step, in order. */
export function outcomesOf({ steps }: Explanation): string[] {
  return steps.map(({ step, outcome }) => `${step}: ${outcome}`);
}

export function factsOf({ steps }: Explanation, name: StepName): string {
  return steps.find(({ step }) => step === name)?.facts.join('\n') ?? '';
}
