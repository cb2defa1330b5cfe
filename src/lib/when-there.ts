import type { MaybePromise } from './step.ts';

/** Goes on with a value; where that is at hand already, nobody waits for it. */
export function whenThere<T, U>(
  value: MaybePromise<T>,
  next: (value: T) => MaybePromise<U>,
): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}
