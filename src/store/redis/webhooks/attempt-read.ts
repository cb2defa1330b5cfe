import { halt, pass } from '../../../lib/step.ts';
import type { Outcome } from '../../../registry/ports.ts';
import { explainReadFailure } from '../registry/explain-failure.ts';

/** A Redis that cannot be read is a problem, not an exception. */
export async function attemptRead<T>(work: () => Promise<T>): Outcome<T> {
  try {
    return pass(await work());
  } catch (error) {
    return halt(explainReadFailure(error));
  }
}
