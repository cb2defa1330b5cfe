import { Secret } from '../lib/secret.ts';

/** A text that is equal for equal values, secrets included: for comparison only, never to be shown. */
export function describeWithSecrets(value: unknown): string {
  return JSON.stringify(value, revealSecrets);
}

/** `Secret.toJSON` hides the value before a replacer sees it, hence the look at the holder. */
function revealSecrets(this: unknown, name: string, value: unknown): unknown {
  const held = (this as Record<string, unknown>)[name];
  return held instanceof Secret ? held.reveal() : value;
}
