/** What a step of the request path returns: its value, or what the path stops with. */
export type Step<T, Stop> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly stop: Stop };

/** A value that is at hand now or later; callers `await` it either way. */
export type MaybePromise<T> = T | Promise<T>;

/** Ends a step with its value. */
export function pass<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** Ends a step, and the path with it. */
export function halt<Stop>(stop: Stop): { readonly ok: false; readonly stop: Stop } {
  return { ok: false, stop };
}
