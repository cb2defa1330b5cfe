import { createExplain } from '../authz/explain/explain.ts';
import type { Explanation } from '../authz/explain/explanation.ts';
import { createRequest, type CheckQuestion } from '../authz/explain/question.ts';
import type { Judge } from './judge.ts';
import type { Tools } from './tools.ts';

/** As long as a Check may take whose caller set no deadline. */
const timeoutMs = 10_000;

export type ExplainCheck = (question: CheckQuestion) => Promise<Explanation>;

/**
 * Dry runs by the judge in force when one is asked for: its caches, providers and store, and nothing
 * that a request would leave behind. No decision is counted or logged. Never rejects for what is asked.
 */
export function createExplainCheck(
  current: () => Judge,
  { clock, logger }: Pick<Tools, 'clock' | 'logger'>,
): ExplainCheck {
  return function explainCheck(question) {
    const { ports, proofs } = current();
    const explain = createExplain({
      ports: { ...ports, proofs: proofs.rehearsal },
      clock,
      onFault: (error) => {
        logger.error({ err: error }, 'dry run failed');
      },
    });
    return explain(createRequest(question), AbortSignal.timeout(timeoutMs));
  };
}
