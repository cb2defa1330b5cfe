import type { MaybePromise, Step } from './step.ts';
import { whenThere } from './when-there.ts';

/** Goes on with the value of a step that passed; a step that halted is the outcome. */
export function whenPassed<Value, Next, Stop>(
  step: MaybePromise<Step<Value, Stop>>,
  next: (value: Value) => MaybePromise<Step<Next, Stop>>,
): MaybePromise<Step<Next, Stop>> {
  return whenThere(step, (there) => (there.ok ? next(there.value) : there));
}
