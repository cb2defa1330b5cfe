import type { Explanation } from '../authz/explain/explanation.ts';
import type { CheckQuestion } from '../authz/explain/question.ts';
import type { Config } from '../config/config.ts';
import type { Problem } from '../documents/problem.ts';
import { systemClock } from '../lib/clock.ts';
import { halt, pass, type Step } from '../lib/step.ts';
import { closeParts } from './close-parts.ts';
import { createExplainCheck } from './explain-check.ts';
import { assembleJudge, partsOnlyIn, type Judge } from './judge.ts';
import { createQuietTools } from './quiet-tools.ts';

/** How long a store may take to be reached; without it the answer is `unavailable`, which is true. */
const storeStartMs = 5_000;

const limit =
  'Judged by a process of its own: what a running Postern holds in memory (caches, random keys of ' +
  'sessions and nonces, used DPoP proofs without Redis) is not known here.';

/**
 * Judges one request by a configuration, without a Postern that runs: opens store and providers, asks
 * them, closes all. Halts with the problems of a Consumers file that cannot be used.
 */
export async function explainLocally(
  config: Config,
  question: CheckQuestion,
): Promise<Step<Explanation, readonly Problem[]>> {
  const tools = createQuietTools(systemClock);
  const judge = assembleJudge(config, null, tools);
  try {
    const problems = await startJudge(judge);
    if (problems.length > 0) return halt(problems);
    const explanation = await createExplainCheck(() => judge, tools)(question);
    return pass({ ...explanation, limits: [...explanation.limits, limit] });
  } finally {
    await closeParts(partsOnlyIn(judge, null));
  }
}

async function startJudge({ store, providers }: Judge): Promise<readonly Problem[]> {
  const limited = AbortSignal.timeout(storeStartMs);
  const [problems] = await Promise.all([
    store.store.start(limited).catch((error: unknown) => {
      if (!limited.aborted) throw error;
      return [];
    }),
    ...[...providers.values()].map(({ provider }) => provider.start()),
  ]);
  return problems;
}
