import type { Step } from '../../../src/lib/step.ts';
import { createConsumer } from '../../../src/registry/change-consumer.ts';
import type { Dossier, Stamp } from '../../../src/registry/dossier.ts';
import type { ConsumerDraft } from '../../../src/registry/ports.ts';
import type { RegistryProblem } from '../../../src/registry/problem.ts';

/** Ids in a row, and a time that stands still. */
export function stampAt(now: number, actor = 'ann'): Stamp {
  let made = 0;
  const newId = () => {
    made += 1;
    return `00000000-0000-4000-8000-${String(now * 100 + made).padStart(12, '0')}`;
  };
  return { now, actor, newId };
}

export function valueOf<T>(step: Step<T, RegistryProblem>): T {
  if (!step.ok) throw new Error(JSON.stringify(step.stop));
  return step.value;
}

export function consumer(draft: ConsumerDraft = { customId: 'app', username: 'bob' }): Dossier {
  return valueOf(createConsumer(draft, stampAt(1)));
}
